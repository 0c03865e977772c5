#pragma once

// The gradient from the squared distances back to the rows has two parts: a matrix for a matrix
// product, and the edges that are too short for it. docs/kernels/pairwise-distances.md derives it.

#include <string.h>

#include "functions.inc.h"
#include "transpose.inc.h"

// An edge is short below this part of ‖xᵢ‖² + ‖xⱼ‖². For short edges the matrix product would lose
// three bits or more, because it multiplies rows and not their differences.
#define SHORT 0x1p-4

enum { BLOCK = 16 };  // rows and columns of a block; a multiple of VECTOR

// An edge is short if its squared length is less than the sum of this number over its two ends.
INLINE float short_length(double scale, double norm) { return (float)(SHORT * scale * norm); }

// mirror[r][c] = dy[j + c][i + r], and 0 from `columns` on.
static void load_mirror(ptrdiff_t n, const float *dy, ptrdiff_t i, ptrdiff_t rows, ptrdiff_t j,
                        ptrdiff_t columns, float mirror[BLOCK][BLOCK]) {
  if (columns < BLOCK) memset(mirror, 0, BLOCK * sizeof mirror[0]);
  transpose_matrix(columns, rows, dy + j * n + i, n, mirror[0], BLOCK);
}

static void distance_laplacian(ptrdiff_t n, const float *dy, const float *squared,
                               const double *norms, double scale, double factor, ptrdiff_t first,
                               ptrdiff_t end, float *laplacian) {
  float mirror[BLOCK][BLOCK] = {{0}};
  for (ptrdiff_t i = first; i < end; i += BLOCK) {
    const ptrdiff_t rows = end - i < BLOCK ? end - i : BLOCK;
    dvector sums[BLOCK] = {{0}};
    for (ptrdiff_t j = 0; j < n; j += BLOCK) {
      const ptrdiff_t columns = n - j < BLOCK ? n - j : BLOCK;
      load_mirror(n, dy, i, rows, j, columns, mirror);
      float shorts[BLOCK] = {0};
      for (ptrdiff_t c = 0; c < columns; c++) shorts[c] = short_length(scale, norms[j + c]);
      for (ptrdiff_t r = 0; r < rows; r++) {
        const ptrdiff_t row = (i + r) * n;
        const float own = short_length(scale, norms[i + r]);
        for (ptrdiff_t c = 0; c < columns; c += VECTOR) {
          const ptrdiff_t at = row + j + c, rest = columns - c;
          vector w = load(mirror[r] + c) + load_part(dy + at, rest, 0);
          ivector is_short = load_part(squared + at, rest, 0) < load(shorts + c) + own;
          w = select_lanes(is_short, (vector){0}, w);
          const ptrdiff_t diagonal = i + r - j - c;
          if (0 <= diagonal && diagonal < VECTOR) w[diagonal] = 0;
          dvector weights = in_double(w) * (2 * factor);
          sums[r] += weights;
          store_part(laplacian + at, rest, -__builtin_convertvector(weights, vector));
        }
      }
    }
    for (ptrdiff_t r = 0; r < rows; r++)
      laplacian[(i + r) * n + i + r] = (float)sum_of_double_lanes(sums[r]);
  }
}

// dx += weight (x − y)
static void add_difference(ptrdiff_t d, float weight, const float *x, const float *y, float *dx) {
  for (ptrdiff_t k = 0; k < d; k++) dx[k] += weight * (x[k] - y[k]);
}

static void add_short_edges(ptrdiff_t n, ptrdiff_t d, const float *x, const float *dy,
                            const float *squared, const double *norms, double scale, double factor,
                            ptrdiff_t first, ptrdiff_t end, float *dx) {
  for (ptrdiff_t j = 0; j < n; j += BLOCK) {
    const ptrdiff_t columns = n - j < BLOCK ? n - j : BLOCK;
    float shorts[BLOCK] = {0};
    for (ptrdiff_t c = 0; c < columns; c++) shorts[c] = short_length(scale, norms[j + c]);
    for (ptrdiff_t i = first; i < end; i++) {
      const float own = short_length(scale, norms[i]);
      int is_short[BLOCK], any = 0;
      for (ptrdiff_t c = 0; c < columns; c++) {
        is_short[c] = squared[i * n + j + c] < shorts[c] + own;
        any |= is_short[c];
      }
      for (ptrdiff_t c = 0; any && c < columns; c++) {
        if (!is_short[c] || i == j + c) continue;
        double w = (double)dy[i * n + j + c] + dy[(j + c) * n + i];
        add_difference(d, (float)(2 * factor * w), x + i * d, x + (j + c) * d, dx + i * d);
      }
    }
  }
}
