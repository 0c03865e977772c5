// The symmetric product G = X Xᵀ. Packed once, the rows of X serve as rows of the first factor and
// as columns of the second. Only the tiles that reach the diagonal or lie above it are computed.
//
// The packed rows are, for each block of k, panels of TILE_COLUMNS rows, of which a panel holds the
// first elements, then the second ones, and so on.

#pragma clang fp contract(fast)

static ptrdiff_t packed_count(ptrdiff_t n, ptrdiff_t k) { return rounded_up(n, TILE_COLUMNS) * k; }

static void pack_symmetric(ptrdiff_t n, ptrdiff_t k, const float *x, ptrdiff_t first, ptrdiff_t end,
                           float *packed) {
  const ptrdiff_t largest_depth = block_depth(k), padded = rounded_up(n, TILE_COLUMNS);
  for (ptrdiff_t l = 0; l < k; l += largest_depth) {
    const ptrdiff_t depth = smaller(largest_depth, k - l);
    for (ptrdiff_t i = first; i < end; i += TILE_COLUMNS)
      pack_panel(depth, smaller(TILE_COLUMNS, end - i), (MatrixView){x + i * k + l, 1, k},
                 packed + l * padded + i * depth);
  }
}

// The tiles of the panels that start at row i and column j, in rows of about equal height.
static void panel_product(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t depth, const float *a,
                          const float *b, float *g, ptrdiff_t gStep, bool accumulate) {
  const ptrdiff_t tiles = (rows + TILE_ROWS - 1) / TILE_ROWS;
  for (ptrdiff_t t = 0, r = 0; t < tiles; t++) {
    const ptrdiff_t height = (rows - r + tiles - t - 1) / (tiles - t);
    TileProduct *product = tile_products[height - 1];
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
  const ptrdiff_t largest_depth = block_depth(k), padded = rounded_up(n, TILE_COLUMNS);
  const ptrdiff_t row_end = smaller(row + side, n), column_end = smaller(column + side, n);
  if (k == 0)
    for (ptrdiff_t i = row; i < row_end; i++)
      __builtin_memset(g + i * n + column, 0, (column_end - column) * sizeof(float));
  for (ptrdiff_t l = 0; l < k; l += largest_depth) {
    const ptrdiff_t depth = smaller(largest_depth, k - l);
    const float *block = packed + l * padded;
    for (ptrdiff_t j = column; j < column_end; j += TILE_COLUMNS)
      for (ptrdiff_t i = row; i < row_end && i <= j; i += TILE_COLUMNS)
        panel_product(smaller(TILE_COLUMNS, n - i), smaller(TILE_COLUMNS, n - j), depth,
                      block + i * depth, block + j * depth, g + i * n + j, n, l > 0);
  }
  // The mirror image; the panels on the diagonal are whole.
  for (ptrdiff_t i = row; i < row_end; i += TILE_COLUMNS) {
    const ptrdiff_t right = row == column ? i + TILE_COLUMNS : column;
    if (right < column_end)
      transpose_matrix(smaller(TILE_COLUMNS, n - i), column_end - right, g + i * n + right, n,
                       g + right * n + i, n);
  }
}
