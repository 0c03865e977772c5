#pragma once

// The blocks that the factors of a matrix product are cut into.

#include <stdbool.h>

#include "integers.inc.h"
#include "tile.inc.h"

// A block of A is at most BLOCK_ROWS × BLOCK_DEPTH, and one of B at most
// BLOCK_DEPTH × BLOCK_COLUMNS.
#define BLOCK_ROWS (VECTOR == 16 ? 10 * TILE_ROWS : 144)
#define BLOCK_DEPTH 256
#define BLOCK_COLUMNS 1024

// A matrix with at most this many elements in a block is read where it is.
#define SMALL_BLOCK (64 * BLOCK_DEPTH)

// The depths of the blocks of k are about equal, so that the last block is not thin.
INLINE ptrdiff_t block_depth(ptrdiff_t k) {
  ptrdiff_t blocks = (k + BLOCK_DEPTH - 1) / BLOCK_DEPTH;
  return blocks <= 1 ? k : rounded_up((k + blocks - 1) / blocks, VECTOR);
}

// Moves a tile that has fewer than TILE_COLUMNS columns into C.
static void place_tile(ptrdiff_t rows, ptrdiff_t width, const float *tile, float *c,
                       ptrdiff_t cStep, bool accumulate) {
  for (ptrdiff_t r = 0; r < rows; r++, c += cStep, tile += TILE_COLUMNS) {
    if (width < VECTOR) {
      for (ptrdiff_t j = 0; j < width; j++) c[j] = accumulate ? c[j] + tile[j] : tile[j];
    } else {
      ptrdiff_t end = width - VECTOR;
      vector head = load(tile), tail = load(tile + end);
      if (accumulate) head += load(c), tail += load(c + end);
      store(c, head);
      store(c + end, tail);
    }
  }
}

// The product for a tile of so many rows, of whose columns `width` are needed.
INLINE TileProduct *product_of(ptrdiff_t rows, ptrdiff_t width) {
  return (width > VECTOR ? tile_products : narrow_products)[rows - 1];
}
