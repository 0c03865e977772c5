#pragma once

#include "vector.inc.h"

// A loop over a row by vectors: `count` numbers at column `c`, which are VECTOR but in the last
// step. Where the compiler knows that, no step has to ask.
#define FOR_PARTS(start, end, ...)                                                 \
  do {                                                                             \
    ptrdiff_t c = start;                                                           \
    for (const ptrdiff_t count = VECTOR; c + count <= end; c += count) __VA_ARGS__ \
    if (c < end) {                                                                 \
      const ptrdiff_t count = end - c;                                             \
      __VA_ARGS__                                                                  \
    }                                                                              \
  } while (0)
