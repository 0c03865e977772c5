#pragma once

// Blocks of A and B that the matrix product reads many times are copied into panels, which are read
// from one end to the other. Blocks that are small, or read only a few times, are left where they
// are.

#include "integers.inc.h"
#include "matrix.h"
#include "tile.inc.h"
#include "transpose.inc.h"

INLINE MatrixView submatrix(MatrixView x, ptrdiff_t row, ptrdiff_t column) {
  x.start += row * x.rowStep + column * x.columnStep;
  return x;
}
INLINE MatrixView transposed(MatrixView x) {
  return (MatrixView){x.start, x.columnStep, x.rowStep};
}

// A block of A. Its panels have TILE_ROWS rows and are `panelStep` apart.
typedef struct {
  const float *start;
  ptrdiff_t panelStep, rowStep, columnStep;
} RowPanels;

INLINE RowPanels row_panels(MatrixView a) {
  return (RowPanels){a.start, TILE_ROWS * a.rowStep, a.rowStep, a.columnStep};
}

// Copies a block of A: unchanged if it lies row by row, otherwise each panel column by column.
static RowPanels pack_rows(ptrdiff_t rows, ptrdiff_t depth, MatrixView a, float *block) {
  if (a.columnStep == 1) {
    for (ptrdiff_t r = 0; r < rows; r++)
      __builtin_memcpy(block + r * depth, a.start + r * a.rowStep, depth * sizeof(float));
    return row_panels((MatrixView){block, depth, 1});
  }
  ptrdiff_t whole = rows - rows % TILE_ROWS;
  for (ptrdiff_t k = 0; k < depth; k++) {
    const float *from = a.start + k * a.columnStep;
    float *to = block + k * TILE_ROWS;
    for (ptrdiff_t r = 0; r < whole; r += TILE_ROWS, to += depth * TILE_ROWS)
      __builtin_memcpy(to, from + r, TILE_ROWS * sizeof(float));
    for (ptrdiff_t r = whole; r < rows; r++) to[r - whole] = from[r];
  }
  return (RowPanels){block, depth * TILE_ROWS, 1, TILE_ROWS};
}

// A block of B. Its panels have TILE_COLUMNS columns and are `panelStep` apart. If the last panel
// has fewer columns, its last vector is filled up with zeros, and it lies by itself.
typedef struct {
  const float *start, *last;
  ptrdiff_t panelStep, rowStep;
} ColumnPanels;

static void pack_panel(ptrdiff_t depth, ptrdiff_t width, MatrixView b, float *to) {
  // Only whole vectors are read.
  if (width % VECTOR > 0)
    for (ptrdiff_t k = 0; k < depth; k++)
      store(to + k * TILE_COLUMNS + width / VECTOR * VECTOR, (vector){0});
  if (b.columnStep != 1) {
    transpose_matrix(width, depth, b.start, b.columnStep, to, TILE_COLUMNS);
    return;
  }
  const float *from = b.start;
  for (ptrdiff_t k = 0; k < depth; k++, from += b.rowStep, to += TILE_COLUMNS) {
    if (width < VECTOR) {
      for (ptrdiff_t c = 0; c < width; c++) to[c] = from[c];
    } else {
      store(to, load(from));
      store(to + width - VECTOR, load(from + width - VECTOR));
    }
  }
}

static ColumnPanels pack_columns(ptrdiff_t depth, ptrdiff_t columns, MatrixView b, bool inPlace,
                                 float *block) {
  ptrdiff_t whole = columns - columns % TILE_COLUMNS;
  ptrdiff_t step = depth * TILE_COLUMNS;
  float *last = inPlace ? block : block + depth * whole;
  if (!inPlace)
    for (ptrdiff_t j = 0; j < whole; j += TILE_COLUMNS)
      pack_panel(depth, TILE_COLUMNS, submatrix(b, 0, j), block + depth * j);
  if (whole < columns) pack_panel(depth, columns - whole, submatrix(b, 0, whole), last);
  return inPlace ? (ColumnPanels){b.start, last, TILE_COLUMNS, b.rowStep}
                 : (ColumnPanels){block, last, step, TILE_COLUMNS};
}
