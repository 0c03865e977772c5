#pragma once

// The matrix product, after Goto and van de Geijn, "Anatomy of High-Performance Matrix
// Multiplication" (2008). A tile of C stays in registers while a panel of A and a panel of B stream
// by. A block of A fits the second-level cache, and a panel of B the first.
//
// An element of C is a sum over blocks of k, in order, of sums over the k of a block, in order. The
// blocks depend on k alone, so the element depends only on its row of A and its column of B.

#include "blocks.inc.h"
#include "integers.inc.h"
#include "matrix.h"
#include "packing.inc.h"
#include "symmetric.inc.h"
#include "tile.inc.h"
#include "transpose.inc.h"

static ptrdiff_t scratch_count(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k) {
  ptrdiff_t columns = rounded_up(smaller(n, BLOCK_COLUMNS), TILE_COLUMNS);
  return block_depth(k) * (columns + rounded_up(smaller(m, BLOCK_ROWS), TILE_ROWS));
}

// The product of two blocks.
static void block_product(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t depth, RowPanels a,
                          ColumnPanels b, float *c, ptrdiff_t cStep, bool accumulate) {
  const float *bPanel = b.start;
  for (ptrdiff_t j = 0; j < columns; j += TILE_COLUMNS, bPanel += b.panelStep) {
    ptrdiff_t width = smaller(TILE_COLUMNS, columns - j);
    const float *aPanel = a.start;
    for (ptrdiff_t i = 0; i < rows; i += TILE_ROWS, aPanel += a.panelStep) {
      ptrdiff_t height = smaller(TILE_ROWS, rows - i);
      TileProduct *product = product_of(height, width);
      float *to = c + i * cStep + j;
      if (width == TILE_COLUMNS) {
        product(depth, aPanel, a.rowStep, a.columnStep, bPanel, b.rowStep, to, cStep, accumulate);
      } else {
        float tile[TILE_ROWS * TILE_COLUMNS];
        product(depth, aPanel, a.rowStep, a.columnStep, b.last, TILE_COLUMNS, tile, TILE_COLUMNS,
                false);
        place_tile(height, width, tile, to, cStep, accumulate);
      }
    }
  }
}

// C = A B or C += A B.
static void blocked_product(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, MatrixView a, MatrixView b,
                            float *c, ptrdiff_t cStep, bool accumulate, float *scratch) {
  ptrdiff_t largestDepth = block_depth(k);
  bool keepA = m * largestDepth <= SMALL_BLOCK || n <= 2 * TILE_COLUMNS;
  bool keepB = b.columnStep == 1 && (n * largestDepth <= SMALL_BLOCK || m <= 4 * TILE_ROWS);
  for (ptrdiff_t j = 0; j < n; j += BLOCK_COLUMNS) {
    ptrdiff_t columns = smaller(BLOCK_COLUMNS, n - j);
    for (ptrdiff_t l = 0; l < k; l += largestDepth) {
      ptrdiff_t depth = smaller(largestDepth, k - l);
      ColumnPanels bBlock = pack_columns(depth, columns, submatrix(b, l, j), keepB, scratch);
      float *rest = scratch + depth * rounded_up(columns, TILE_COLUMNS);
      for (ptrdiff_t i = 0; i < m; i += BLOCK_ROWS) {
        ptrdiff_t rows = smaller(BLOCK_ROWS, m - i);
        MatrixView part = submatrix(a, i, l);
        RowPanels aBlock = keepA ? row_panels(part) : pack_rows(rows, depth, part, rest);
        block_product(rows, columns, depth, aBlock, bBlock, c + i * cStep + j, cStep,
                      accumulate || l > 0);
      }
    }
  }
}

static void clear(ptrdiff_t rows, ptrdiff_t columns, float *c, ptrdiff_t cStep) {
  for (ptrdiff_t r = 0; r < rows; r++) __builtin_memset(c + r * cStep, 0, columns * sizeof(float));
}

static void matrix_product(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, MatrixView a, MatrixView b,
                           float *c, ptrdiff_t cStep, bool accumulate, float *scratch) {
  if (k == 0 && !accumulate) clear(m, n, c, cStep);
  if (n == 1 && cStep == 1 && a.rowStep == 1)
    // A column is computed as the row bᵀ Aᵀ, which is not filled up with zeros.
    blocked_product(1, m, k, transposed(b), transposed(a), c, m, accumulate, scratch);
  else
    blocked_product(m, n, k, a, b, c, cStep, accumulate, scratch);
}

static const MatrixKernels matrix_kernels = {
    .tileRows = TILE_ROWS,
    .tileColumns = TILE_COLUMNS,
    .scratchCount = scratch_count,
    .product = matrix_product,
    .packedCount = packed_count,
    .packSymmetric = pack_symmetric,
    .symmetricProduct = symmetric_product,
    .packedProduct = packed_product,
    .transpose = transpose_matrix,
};
