#pragma once

// The innermost loop of the matrix product: a tile of C that stays in registers.

#include <stdbool.h>

#include "vector.inc.h"

// The most rows of C that leave registers for one row of B and one element of A.
#if VECTOR == 16
#define TILE_ROWS 14
#elif VECTOR == 8
#define TILE_ROWS 6
#elif REGISTERS == 32
#define TILE_ROWS 8
#else
#define TILE_ROWS 4
#endif
#define TILE_COLUMNS (2 * VECTOR)

// C = A B, or C += A B, for a tile of `rows` rows, which is a constant in the functions that inline
// this. A step leads from one row, or one k, to the next.
INLINE void tile_product(int rows, ptrdiff_t depth, const float *a, ptrdiff_t aRow, ptrdiff_t aStep,
                         const float *b, ptrdiff_t bStep, float *c, ptrdiff_t cStep,
                         bool accumulate) {
  vector sums[TILE_ROWS][2];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    __builtin_prefetch(c + r * cStep, 1);
    sums[r][0] = sums[r][1] = (vector){0};
  }
  for (ptrdiff_t k = 0; k < depth; k++, a += aStep, b += bStep) {
    vector b0 = load(b), b1 = load(b + VECTOR);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      vector x = broadcast(a[r * aRow]);
      sums[r][0] += x * b0;
      sums[r][1] += x * b1;
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++, c += cStep) {
    store(c, accumulate ? load(c) + sums[r][0] : sums[r][0]);
    store(c + VECTOR, accumulate ? load(c + VECTOR) + sums[r][1] : sums[r][1]);
  }
}

typedef void TileProduct(ptrdiff_t depth, const float *a, ptrdiff_t aRow, ptrdiff_t aStep,
                         const float *b, ptrdiff_t bStep, float *c, ptrdiff_t cStep,
                         bool accumulate);

#define TILE_PRODUCT(rows)                                                                    \
  static void tile_product_##rows(ptrdiff_t depth, const float *a, ptrdiff_t aRow,            \
                                  ptrdiff_t aStep, const float *b, ptrdiff_t bStep, float *c, \
                                  ptrdiff_t cStep, bool accumulate) {                         \
    tile_product(rows, depth, a, aRow, aStep, b, bStep, c, cStep, accumulate);                \
  }
TILE_PRODUCT(1)
TILE_PRODUCT(2)
TILE_PRODUCT(3)
TILE_PRODUCT(4)
#if TILE_ROWS > 4
TILE_PRODUCT(5)
TILE_PRODUCT(6)
#endif
#if TILE_ROWS > 6
TILE_PRODUCT(7)
TILE_PRODUCT(8)
#endif
#if TILE_ROWS > 8
TILE_PRODUCT(9)
TILE_PRODUCT(10)
TILE_PRODUCT(11)
TILE_PRODUCT(12)
TILE_PRODUCT(13)
TILE_PRODUCT(14)
#endif

// The products for 1, 2, … TILE_ROWS rows.
static TileProduct *const tile_products[TILE_ROWS] = {
    tile_product_1,  tile_product_2,  tile_product_3,  tile_product_4,
#if TILE_ROWS > 4
    tile_product_5,  tile_product_6,
#endif
#if TILE_ROWS > 6
    tile_product_7,  tile_product_8,
#endif
#if TILE_ROWS > 8
    tile_product_9,  tile_product_10, tile_product_11, tile_product_12,
    tile_product_13, tile_product_14,
#endif
};
