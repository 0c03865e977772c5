#pragma once

// Squared distances from inner products of centred rows in Double. If the products cancel, the
// precision is restored. docs/kernels/pairwise-distances.md derives them.

#include <math.h>
#include <string.h>

#include "functions.inc.h"
#include "relations.h"

// Below this part of ‖xᵢ‖² + ‖xⱼ‖² a squared distance is summed from squared differences.
#define CANCELLATION 0x1p-20

// The rows of a block of inner products. Its columns are VECTOR rows packed as a panel.
enum { GRAM_ROWS = 6 };

static void column_means(ptrdiff_t n, ptrdiff_t d, const float *x, ptrdiff_t first, ptrdiff_t end,
                         double *means) {
  for (ptrdiff_t k = first; k < end; k++) means[k] = 0;
  for (ptrdiff_t i = 0; i < n; i++)
    for (ptrdiff_t k = first; k < end; k++) means[k] += x[i * d + k];
  for (ptrdiff_t k = first; k < end; k++) means[k] /= n;
}

static ptrdiff_t packed_rows(ptrdiff_t n) { return (n + VECTOR - 1) / VECTOR * VECTOR; }

// A panel holds the first elements of its VECTOR rows, then the second ones, and so on.
static void center_rows(ptrdiff_t n, ptrdiff_t d, const float *x, const double *means,
                        ptrdiff_t first, ptrdiff_t end, double *centered, double *norms) {
  for (ptrdiff_t i = first; i < end; i += VECTOR) {
    double *panel = centered + i * d;
    for (ptrdiff_t r = 0; r < VECTOR; r++)
      for (ptrdiff_t k = 0; k < d; k++)
        panel[k * VECTOR + r] = i + r < n ? x[(i + r) * d + k] - means[k] : 0;
    dvector sums = {0};
    for (ptrdiff_t k = 0; k < d; k++) {
      dvector v = load_doubles(panel + k * VECTOR);
      sums += v * v;
    }
    store_doubles(norms + i, sums);
  }
}

static void scaled_rows(ptrdiff_t d, const float *x, const double *means, double scale,
                        ptrdiff_t first, ptrdiff_t end, float *y) {
  for (ptrdiff_t i = first; i < end; i++)
    for (ptrdiff_t k = 0; k < d; k++) y[i * d + k] = (float)((x[i * d + k] - means[k]) * scale);
}

// ‖x − y‖² from differences, which are exact in Double up to rounding. It is 0 only for equal rows.
static double squared_distance(ptrdiff_t d, const float *x, const float *y) {
  dvector sums = {0};
  ptrdiff_t k = 0;
  for (; k + VECTOR <= d; k += VECTOR) {
    dvector difference = in_double(load(x + k)) - in_double(load(y + k));
    sums += difference * difference;
  }
  double rest = 0;
  for (; k < d; k++) rest += ((double)x[k] - y[k]) * ((double)x[k] - y[k]);
  return sum_of_double_lanes(sums) + rest;
}

// The inner products of GRAM_ROWS rows, whose elements are VECTOR apart, with a panel of rows.
INLINE void inner_products(ptrdiff_t d, const double *const rows[GRAM_ROWS], const double *panel,
                           double products[GRAM_ROWS][VECTOR]) {
  dvector sums[GRAM_ROWS] = {{0}};
  for (ptrdiff_t k = 0; k < d; k++) {
    dvector y = load_doubles(panel + k * VECTOR);
#pragma clang loop unroll(full)
    for (int r = 0; r < GRAM_ROWS; r++) sums[r] += rows[r][k * VECTOR] * y;
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < GRAM_ROWS; r++) store_doubles(products[r], sums[r]);
}

// The sources of a block of distances, and the memory to which they are written.
typedef struct {
  ptrdiff_t n, d;
  const float *x;
  const double *norms;
  double scale;
  float *squared, *residual;
} DistanceMatrix;

// Turns the inner products of the rows i, i + 1, … and j, j + 1, … into distances.
static void store_distances(const DistanceMatrix *m, ptrdiff_t i, ptrdiff_t rows, ptrdiff_t j,
                            double block[GRAM_ROWS][VECTOR]) {
  const ptrdiff_t n = m->n, d = m->d, columns = n - j < VECTOR ? n - j : VECTOR;
  float rounded[GRAM_ROWS][VECTOR], rest[GRAM_ROWS][VECTOR];
  for (ptrdiff_t r = 0; r < rows; r++) {
    ptrdiff_t above = i + r < j ? 0 : i + r + 1 - j;  // the first column right of the diagonal
    double sums[VECTOR];
    int cancelled = 0;
    for (int l = 0; l < VECTOR; l++) {
      sums[l] = m->norms[i + r] + m->norms[j + l];
      block[r][l] = sums[l] - 2 * block[r][l];
      cancelled |= block[r][l] < CANCELLATION * sums[l];
    }
    for (ptrdiff_t l = above; cancelled && l < columns; l++)
      if (block[r][l] < CANCELLATION * sums[l])
        block[r][l] = squared_distance(d, m->x + (i + r) * d, m->x + (j + l) * d);
    for (int l = 0; l < VECTOR; l++) {
      double value = block[r][l] * m->scale;
      rounded[r][l] = (float)value;
      rest[r][l] = (float)(value - rounded[r][l]);
    }
    if (above >= columns) continue;
    const size_t size = (columns - above) * sizeof(float);
    memcpy(m->squared + (i + r) * n + j + above, rounded[r] + above, size);
    if (m->residual) memcpy(m->residual + (i + r) * n + j + above, rest[r] + above, size);
  }
  for (ptrdiff_t l = 0; l < columns; l++) {
    ptrdiff_t above = j + l - i < rows ? j + l - i : rows, start = (j + l) * n + i;
    for (ptrdiff_t r = 0; r < above; r++) m->squared[start + r] = rounded[r][l];
    for (ptrdiff_t r = 0; m->residual && r < above; r++) m->residual[start + r] = rest[r][l];
  }
}

static void squared_distances(ptrdiff_t n, ptrdiff_t d, const float *x, const double *centered,
                              const double *norms, double scale, ptrdiff_t first, ptrdiff_t end,
                              float *squared, float *residual) {
  const DistanceMatrix matrix = {n, d, x, norms, scale, squared, residual};
  for (ptrdiff_t i = first; i < end; i += GRAM_ROWS) {
    ptrdiff_t rows = end - i < GRAM_ROWS ? end - i : GRAM_ROWS;
    const double *starts[GRAM_ROWS];
    for (ptrdiff_t r = 0; r < GRAM_ROWS; r++) {
      ptrdiff_t row = r < rows ? i + r : i;
      starts[r] = centered + row / VECTOR * VECTOR * d + row % VECTOR;
    }
    for (ptrdiff_t r = i; r < i + rows; r++) {
      squared[r * n + r] = 0;
      if (residual) residual[r * n + r] = 0;
    }
    for (ptrdiff_t j = i / VECTOR * VECTOR; j < n; j += VECTOR) {
      double block[GRAM_ROWS][VECTOR];
      inner_products(d, starts, centered + j * d, block);
      store_distances(&matrix, i, rows, j, block);
    }
  }
}
