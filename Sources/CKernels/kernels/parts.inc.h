#pragma once

#include "vector.inc.h"

// A loop over a row by vectors: `count` numbers at column `c`. `count` is VECTOR except in the last
// step; the compiler knows that, so the other steps need no check.
#define FOR_PARTS(start, end, ...)                                                 \
  do {                                                                             \
    ptrdiff_t c = start;                                                           \
    for (const ptrdiff_t count = VECTOR; c + count <= end; c += count) __VA_ARGS__ \
    if (c < end) {                                                                 \
      const ptrdiff_t count = end - c;                                             \
      __VA_ARGS__                                                                  \
    }                                                                              \
  } while (0)
