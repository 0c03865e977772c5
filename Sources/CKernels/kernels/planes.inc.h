#pragma once

// A plane is one channel of LANES examples, cut into chunks that fit the first-level cache. A chunk
// is summed in Float32, by SUMS vectors at once, and the chunks' sums are merged in Double.

#include "integers.inc.h"
#include "lanes.inc.h"
#include "vector.inc.h"

#define CHUNK 128  // pixels: 8 KiB
#define SUMS 8     // hides the latency of an addition

INLINE double total(const vector *sum) {
  double t = 0;
  for (int i = 0; i < SUMS; i++) t += sum_of_lanes(sum[i]);
  return t;
}

// Calls `BODY` with i, the offset of each vector of a chunk, and j, its sum.
#define FOR_EACH_VECTOR(COUNT, BODY)                           \
  {                                                            \
    long at = 0;                                               \
    for (; at + SUMS * VECTOR <= (COUNT); at += SUMS * VECTOR) \
      for (int j = 0; j < SUMS; j++) {                         \
        long i = at + j * VECTOR;                              \
        BODY                                                   \
      }                                                        \
    for (; at < (COUNT); at += LANES)                          \
      for (int j = 0; j < PER_PIXEL; j++) {                    \
        long i = at + j * VECTOR;                              \
        BODY                                                   \
      }                                                        \
  }
