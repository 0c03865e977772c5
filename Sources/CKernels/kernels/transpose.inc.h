#pragma once

// Transposition of blocks of VECTOR × VECTOR in registers, which is as fast as a copy.

#include "vector.inc.h"

// Exchanges, between two rows, blocks of `width` elements: the odd blocks of `a` and the even ones
// of `b`.
#if VECTOR == 4
#define EXCHANGED_2(a, b, o) __builtin_shufflevector(a, b, 0 + o, 1 + o, 4 + o, 5 + o)
#define EXCHANGED_1(a, b, o) __builtin_shufflevector(a, b, 0 + o, 4 + o, 2 + o, 6 + o)
#elif VECTOR == 8
#define EXCHANGED_4(a, b, o) \
  __builtin_shufflevector(a, b, 0 + o, 1 + o, 2 + o, 3 + o, 8 + o, 9 + o, 10 + o, 11 + o)
#define EXCHANGED_2(a, b, o) \
  __builtin_shufflevector(a, b, 0 + o, 1 + o, 8 + o, 9 + o, 4 + o, 5 + o, 12 + o, 13 + o)
#define EXCHANGED_1(a, b, o) \
  __builtin_shufflevector(a, b, 0 + o, 8 + o, 2 + o, 10 + o, 4 + o, 12 + o, 6 + o, 14 + o)
#else
#define EXCHANGED_8(a, b, o)                                                                    \
  __builtin_shufflevector(a, b, 0 + o, 1 + o, 2 + o, 3 + o, 4 + o, 5 + o, 6 + o, 7 + o, 16 + o, \
                          17 + o, 18 + o, 19 + o, 20 + o, 21 + o, 22 + o, 23 + o)
#define EXCHANGED_4(a, b, o)                                                                       \
  __builtin_shufflevector(a, b, 0 + o, 1 + o, 2 + o, 3 + o, 16 + o, 17 + o, 18 + o, 19 + o, 8 + o, \
                          9 + o, 10 + o, 11 + o, 24 + o, 25 + o, 26 + o, 27 + o)
#define EXCHANGED_2(a, b, o)                                                                       \
  __builtin_shufflevector(a, b, 0 + o, 1 + o, 16 + o, 17 + o, 4 + o, 5 + o, 20 + o, 21 + o, 8 + o, \
                          9 + o, 24 + o, 25 + o, 12 + o, 13 + o, 28 + o, 29 + o)
#define EXCHANGED_1(a, b, o)                                                                       \
  __builtin_shufflevector(a, b, 0 + o, 16 + o, 2 + o, 18 + o, 4 + o, 20 + o, 6 + o, 22 + o, 8 + o, \
                          24 + o, 10 + o, 26 + o, 12 + o, 28 + o, 14 + o, 30 + o)
#endif

#define EXCHANGE(rows, width)                                                             \
  _Pragma("clang loop unroll(full)") for (int i = 0; i < VECTOR; i++) if (!(i & width)) { \
    vector a = rows[i], b = rows[i + width];                                              \
    rows[i] = EXCHANGED_##width(a, b, 0);                                                 \
    rows[i + width] = EXCHANGED_##width(a, b, width);                                     \
  }

// Turns the VECTOR rows of a square into its columns.
INLINE void transpose_square(vector rows[VECTOR]) {
#if VECTOR >= 16
  EXCHANGE(rows, 8)
#endif
#if VECTOR >= 8
  EXCHANGE(rows, 4)
#endif
  EXCHANGE(rows, 2)
  EXCHANGE(rows, 1)
}

static void transpose_matrix(ptrdiff_t rows, ptrdiff_t columns, const float *x, ptrdiff_t xStep,
                             float *y, ptrdiff_t yStep) {
  ptrdiff_t wholeRows = rows / VECTOR * VECTOR, wholeColumns = columns / VECTOR * VECTOR;
  for (ptrdiff_t c = 0; c < wholeColumns; c += VECTOR)
    for (ptrdiff_t r = 0; r < wholeRows; r += VECTOR) {
      vector square[VECTOR];
#pragma clang loop unroll(full)
      for (int i = 0; i < VECTOR; i++) square[i] = load(x + (r + i) * xStep + c);
      transpose_square(square);
#pragma clang loop unroll(full)
      for (int i = 0; i < VECTOR; i++) store(y + (c + i) * yStep + r, square[i]);
    }
  for (ptrdiff_t r = 0; r < rows; r++)
    for (ptrdiff_t c = r < wholeRows ? wholeColumns : 0; c < columns; c++)
      y[c * yStep + r] = x[r * xStep + c];
}
