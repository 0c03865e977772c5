#pragma once

// Sums over the rows and the columns of a tile: a few numbers are added in floats, and their sums
// in doubles.

#include <string.h>

#include "functions.inc.h"
#include "pairs.h"

// The longest side of a tile, and the rows whose numbers are added in floats.
enum { PAIR_SIDE = 512, PAIR_ROWS = 16, PAIR_SUMS = 4 };

// The first `count` lanes; 0 in the others.
INLINE vector first_lanes(vector v, ptrdiff_t count) {
  if (count < VECTOR)
    for (ptrdiff_t l = count; l < VECTOR; l++) v[l] = 0;
  return v;
}

// 0 in one lane, if there is such a lane.
INLINE vector without_lane(vector v, ptrdiff_t lane) {
  if (0 <= lane && lane < VECTOR) v[lane] = 0;
  return v;
}

typedef struct {
  int count;
  float sums[PAIR_SUMS][PAIR_SIDE];
} PairColumnSums;

INLINE void add_columns(PairColumnSums *columns, ptrdiff_t c, int count, const vector *numbers) {
  for (int k = 0; k < count; k++)
    store(columns->sums[k] + c, load(columns->sums[k] + c) + numbers[k]);
}

INLINE void add_row(PairSums sums, ptrdiff_t r, int count, const vector *ofRow) {
  for (int k = 0; k < count; k++)
    sums.ofRows[k * sums.step + r] += sum_of_double_lanes(in_double(ofRow[k]));
}

// Adds the columns' sums to those in double after some rows, and after the last.
static void finish_row(PairColumnSums *columns, const PairTile *tile, ptrdiff_t r, PairSums sums) {
  if ((r + 1) % PAIR_ROWS && r + 1 < tile->rows) return;
  for (int k = 0; k < columns->count; k++) {
    double *to = sums.ofColumns + k * sums.step;
    for (ptrdiff_t c = 0; c < tile->columns; c++) to[c] += columns->sums[k][c];
    memset(columns->sums[k], 0, sizeof columns->sums[k]);
  }
}
