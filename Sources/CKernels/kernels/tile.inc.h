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

// C = A B, or C += A B, for a tile of `rows` rows and of one vector or two, which are constants in
// the functions that inline this. A step leads from one row, or one k, to the next.
INLINE void tile_product(int rows, int vectors, ptrdiff_t depth, const float *a, ptrdiff_t aRow,
                         ptrdiff_t aStep, const float *b, ptrdiff_t bStep, float *c,
                         ptrdiff_t cStep, bool accumulate) {
  vector sums[TILE_ROWS][2];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    __builtin_prefetch(c + r * cStep, 1);
    for (int v = 0; v < vectors; v++) sums[r][v] = (vector){0};
  }
  for (ptrdiff_t k = 0; k < depth; k++, a += aStep, b += bStep) {
    vector bs[2];
    for (int v = 0; v < vectors; v++) bs[v] = load(b + v * VECTOR);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      vector x = broadcast(a[r * aRow]);
      for (int v = 0; v < vectors; v++) sums[r][v] += x * bs[v];
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++, c += cStep)
    for (int v = 0; v < vectors; v++) {
      float *const to = c + v * VECTOR;
      store(to, accumulate ? load(to) + sums[r][v] : sums[r][v]);
    }
}

typedef void TileProduct(ptrdiff_t depth, const float *a, ptrdiff_t aRow, ptrdiff_t aStep,
                         const float *b, ptrdiff_t bStep, float *c, ptrdiff_t cStep,
                         bool accumulate);

#define TILE_PRODUCT(name, rows, vectors)                                                         \
  static void name(ptrdiff_t depth, const float *a, ptrdiff_t aRow, ptrdiff_t aStep,              \
                   const float *b, ptrdiff_t bStep, float *c, ptrdiff_t cStep, bool accumulate) { \
    tile_product(rows, vectors, depth, a, aRow, aStep, b, bStep, c, cStep, accumulate);           \
  }
#define TILE_PRODUCTS(rows)                  \
  TILE_PRODUCT(tile_product_##rows, rows, 2) \
  TILE_PRODUCT(narrow_product_##rows, rows, 1)
TILE_PRODUCTS(1)
TILE_PRODUCTS(2)
TILE_PRODUCTS(3)
TILE_PRODUCTS(4)
#if TILE_ROWS > 4
TILE_PRODUCTS(5)
TILE_PRODUCTS(6)
#endif
#if TILE_ROWS > 6
TILE_PRODUCTS(7)
TILE_PRODUCTS(8)
#endif
#if TILE_ROWS > 8
TILE_PRODUCTS(9)
TILE_PRODUCTS(10)
TILE_PRODUCTS(11)
TILE_PRODUCTS(12)
TILE_PRODUCTS(13)
TILE_PRODUCTS(14)
#endif

// The products for 1, 2, … TILE_ROWS rows: of tiles, and of their first vector alone.
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
static TileProduct *const narrow_products[TILE_ROWS] = {
    narrow_product_1,  narrow_product_2,  narrow_product_3,  narrow_product_4,
#if TILE_ROWS > 4
    narrow_product_5,  narrow_product_6,
#endif
#if TILE_ROWS > 6
    narrow_product_7,  narrow_product_8,
#endif
#if TILE_ROWS > 8
    narrow_product_9,  narrow_product_10, narrow_product_11, narrow_product_12,
    narrow_product_13, narrow_product_14,
#endif
};
