#pragma once

// The symmetric product G = X Xᵀ. The rows of X are packed once and serve as rows of the first
// factor and as columns of the second. Only the tiles that reach the diagonal or lie above it are
// computed.
//
// For each block of k, the packed rows are panels of TILE_COLUMNS rows. A panel holds the first
// elements, then the second ones, and so on.

#include "blocks.inc.h"
#include "matrix.h"
#include "packing.inc.h"
#include "tile.inc.h"

static ptrdiff_t packed_count(ptrdiff_t n, ptrdiff_t k) { return rounded_up(n, TILE_COLUMNS) * k; }

static void pack_symmetric(ptrdiff_t n, ptrdiff_t k, const float *x, ptrdiff_t first, ptrdiff_t end,
                           float *packed) {
  const ptrdiff_t largestDepth = block_depth(k), padded = rounded_up(n, TILE_COLUMNS);
  for (ptrdiff_t l = 0; l < k; l += largestDepth) {
    const ptrdiff_t depth = smaller(largestDepth, k - l);
    for (ptrdiff_t i = first; i < end; i += TILE_COLUMNS)
      pack_panel(depth, smaller(TILE_COLUMNS, end - i), (MatrixView){x + i * k + l, 1, k},
                 packed + l * padded + i * depth);
  }
}

// The tiles of the panels that start at row i and column j. Their rows have about equal heights.
static void panel_product(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t depth, const float *a,
                          const float *b, float *g, ptrdiff_t gStep, bool accumulate) {
  const ptrdiff_t tiles = (rows + TILE_ROWS - 1) / TILE_ROWS;
  for (ptrdiff_t t = 0, r = 0; t < tiles; t++) {
    const ptrdiff_t height = (rows - r + tiles - t - 1) / (tiles - t);
    TileProduct *product = product_of(height, columns);
    if (columns == TILE_COLUMNS) {
      product(depth, a + r, 1, TILE_COLUMNS, b, TILE_COLUMNS, g + r * gStep, gStep, accumulate);
    } else {
      float tile[TILE_ROWS * TILE_COLUMNS];
      product(depth, a + r, 1, TILE_COLUMNS, b, TILE_COLUMNS, tile, TILE_COLUMNS, false);
      place_tile(height, columns, tile, g + r * gStep, gStep, accumulate);
    }
    r += height;
  }
}

static void symmetric_product(ptrdiff_t n, ptrdiff_t k, const float *packed, ptrdiff_t row,
                              ptrdiff_t column, ptrdiff_t side, float *g) {
  const ptrdiff_t largestDepth = block_depth(k), padded = rounded_up(n, TILE_COLUMNS);
  const ptrdiff_t rowEnd = smaller(row + side, n), columnEnd = smaller(column + side, n);
  if (k == 0)
    for (ptrdiff_t i = row; i < rowEnd; i++)
      __builtin_memset(g + i * n + column, 0, (columnEnd - column) * sizeof(float));
  for (ptrdiff_t l = 0; l < k; l += largestDepth) {
    const ptrdiff_t depth = smaller(largestDepth, k - l);
    const float *block = packed + l * padded;
    for (ptrdiff_t j = column; j < columnEnd; j += TILE_COLUMNS)
      for (ptrdiff_t i = row; i < rowEnd && i <= j; i += TILE_COLUMNS)
        panel_product(smaller(TILE_COLUMNS, n - i), smaller(TILE_COLUMNS, n - j), depth,
                      block + i * depth, block + j * depth, g + i * n + j, n, l > 0);
  }
  // The mirror image; the panels on the diagonal are whole.
  for (ptrdiff_t i = row; i < rowEnd; i += TILE_COLUMNS) {
    const ptrdiff_t right = row == column ? i + TILE_COLUMNS : column;
    if (right < columnEnd)
      transpose_matrix(smaller(TILE_COLUMNS, n - i), columnEnd - right, g + i * n + right, n,
                       g + right * n + i, n);
  }
}

static void packed_product(ptrdiff_t n, ptrdiff_t k, const float *packed, ptrdiff_t row,
                           ptrdiff_t column, ptrdiff_t side, float *tile) {
  const ptrdiff_t largestDepth = block_depth(k), padded = rounded_up(n, TILE_COLUMNS);
  const ptrdiff_t rowEnd = smaller(row + side, n), columnEnd = smaller(column + side, n);
  if (k == 0) __builtin_memset(tile, 0, side * side * sizeof(float));
  for (ptrdiff_t l = 0; l < k; l += largestDepth) {
    const ptrdiff_t depth = smaller(largestDepth, k - l);
    const float *block = packed + l * padded;
    for (ptrdiff_t j = column; j < columnEnd; j += TILE_COLUMNS)
      for (ptrdiff_t i = row; i < rowEnd; i += TILE_COLUMNS)
        panel_product(smaller(TILE_COLUMNS, n - i), TILE_COLUMNS, depth, block + i * depth,
                      block + j * depth, tile + (i - row) * side + j - column, side, l > 0);
  }
}
