#pragma once

// Squared distances of a tile from its inner products, and the way back.

#include "distance_gradient.inc.h"
#include "distances.inc.h"
#include "inner_products.inc.h"
#include "pair_sums.inc.h"
#include "pairs.h"

static void tile_distances(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t step, bool isDiagonal,
                           float factor, ptrdiff_t d, PairRows ofRows, PairRows ofColumns,
                           float *tile) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    float *result = tile + r * step;
    const float own = ofRows.squares[r];
    ivector close = {0};
    for (ptrdiff_t c = 0; c < columns; c += VECTOR) {
      const vector sums = load(ofColumns.squares + c) + own;
      const vector value = sums - 2 * load(result + c);
      close |= value <= CLOSE * sums;
      store(result + c, value);
    }
    int any = 0;
    for (int l = 0; l < VECTOR; l++) any |= close[l];
    for (ptrdiff_t c = 0; any && c < columns; c++) {
      if (!(result[c] <= CLOSE * (own + ofColumns.squares[c])) || (isDiagonal && r == c)) continue;
      const double value = squared_distance(d, ofRows.rows + r * d, ofColumns.rows + c * d);
      result[c] = (float)(value / factor);
    }
    for (ptrdiff_t c = 0; c < columns; c += VECTOR)
      store(result + c, first_lanes(load(result + c) * factor, columns - c));
    if (isDiagonal) result[r] = 0;
  }
}

// The short edges of a row, whose weights are those before −2 w took their place.
static void add_short_edges_of_row(ptrdiff_t r, ptrdiff_t columns, bool isDiagonal, float scale,
                                   ptrdiff_t d, const float *x, PairRows ofColumns,
                                   const float *weights, float *dx, float *dy) {
  for (ptrdiff_t c = 0; c < columns; c++) {
    if (weights[c] == 0 || (isDiagonal && r == c)) continue;
    const float weight = 2 * scale * weights[c];
    const float *y = ofColumns.rows + c * d;
    add_difference(d, weight, x, y, dx);
    if (!isDiagonal) add_difference(d, weight, y, x, dy + c * d);
  }
}

static void tile_laplacian(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t step, bool isDiagonal,
                           float factor, float scale, ptrdiff_t d, PairRows ofRows,
                           PairRows ofColumns, const float *squared, float *w, PairSums sums,
                           float *gradientOfRows, float *gradientOfColumns) {
  PairColumnSums columnSums = {.count = 1};
  const PairTile tile = {.rows = rows, .columns = columns};
  float shorts[PAIR_SIDE];
  for (ptrdiff_t r = 0; r < rows; r++) {
    const float own = ofRows.squares[r];
    float *weights = w + r * step;
    vector ofRow[1] = {{0}};
    ivector found = {0};
    for (ptrdiff_t c = 0; c < columns; c += VECTOR) {
      const ivector is_short = load(squared + r * step + c)
                               <= (float)SHORT * factor * (load(ofColumns.squares + c) + own);
      vector weight = first_lanes(load(weights + c), columns - c);
      if (isDiagonal) weight = without_lane(weight, r - c);
      found |= is_short;
      store(shorts + c, select_lanes(is_short, weight, (vector){0}));
      weight = 2 * select_lanes(is_short, (vector){0}, weight);
      ofRow[0] += weight;
      if (!isDiagonal) add_columns(&columnSums, c, 1, &weight);
      store(weights + c, -weight);
    }
    int any = 0;
    for (int l = 0; l < VECTOR; l++) any |= found[l];
    if (any)
      add_short_edges_of_row(r, columns, isDiagonal, scale, d, ofRows.rows + r * d, ofColumns,
                             shorts, gradientOfRows + r * d, gradientOfColumns);
    add_row(sums, r, 1, ofRow);
    if (!isDiagonal) finish_row(&columnSums, &tile, r, sums);
  }
}

static void add_own_rows(ptrdiff_t d, ptrdiff_t first, ptrdiff_t end, const float *restrict x,
                         const double *restrict sums, float scale, float *restrict dx) {
  for (ptrdiff_t i = first; i < end; i++) {
    const float sum = (float)sums[i];
    for (ptrdiff_t k = i * d; k < (i + 1) * d; k++) dx[k] = scale * (dx[k] + sum * x[k]);
  }
}
