#pragma once

// Relations between rows: the kernels for penalties, lengths and normalised rows, and the table of
// all.

#include <math.h>

#include "angles.inc.h"
#include "distance_gradient.inc.h"
#include "distances.inc.h"
#include "elementwise.inc.h"
#include "inner_products.inc.h"
#include "relations.h"

INLINE double penalties_of(ptrdiff_t count, const float *student, const float *teacher,
                           PenaltyKind penalty, float delta, float factor, float *derivatives) {
  enum { BLOCK = 64 * VECTOR };  // this many numbers are summed in floats
  double sum = 0;
  for (ptrdiff_t start = 0; start < count; start += BLOCK) {
    ptrdiff_t end = count - start < BLOCK ? count : start + BLOCK;
    vector loss = {0};
    for (ptrdiff_t i = start; i < end; i += VECTOR) {
      vector e = load_part(student + i, count - i, 0) - load_part(teacher + i, count - i, 0);
      vector derivative = penalize(e, penalty, broadcast(delta), &loss);
      if (derivatives) store_part(derivatives + i, count - i, factor * derivative);
    }
    sum += sum_pairwise(loss);
  }
  return sum;
}

#define PENALTIES(penalty)                                                                  \
  case penalty:                                                                             \
    return derivatives                                                                      \
               ? penalties_of(count, student, teacher, penalty, delta, factor, derivatives) \
               : penalties_of(count, student, teacher, penalty, delta, factor, NULL);

static double penalties(ptrdiff_t count, const float *student, const float *teacher,
                        PenaltyKind penalty, float delta, float factor, float *derivatives) {
  switch (penalty) {
    PENALTIES(PENALTY_HUBER)
    PENALTIES(PENALTY_SQUARE)
    PENALTIES(PENALTY_ABSOLUTE)
  }
  return 0;
}

static void lengths(ptrdiff_t count, float least, const float *restrict x, float *restrict y) {
  for (ptrdiff_t i = 0; i < count; i++) {
    float length = __builtin_elementwise_sqrt(x[i]);
    y[i] = length < least ? least : length;  // NaN stays
  }
}

static void lengths_gradient(ptrdiff_t count, float least, const float *restrict y,
                             const float *restrict dy, float *restrict dx) {
  for (ptrdiff_t i = 0; i < count; i++) dx[i] = y[i] > least ? 0.5f * dy[i] / y[i] : 0;
}

static void affine(ptrdiff_t count, float factor, float offset, const float *restrict x,
                   float *restrict y) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] = factor * x[i] + offset;
}

static void normalize_rows(ptrdiff_t d, const float *x, ptrdiff_t first, ptrdiff_t end, float *y,
                           double *inverses) {
  for (ptrdiff_t i = first; i < end; i++) {
    double norm = sqrt(dot(d, x + i * d, x + i * d));
    inverses[i] = norm > 1e-12 ? 1 / norm : 1e12;
    for (ptrdiff_t k = 0; k < d; k++) y[i * d + k] = (float)(x[i * d + k] * inverses[i]);
  }
}

static void normalize_rows_gradient(ptrdiff_t d, const float *y, const float *dy,
                                    const double *inverses, ptrdiff_t first, ptrdiff_t end,
                                    float *dx) {
  for (ptrdiff_t i = first; i < end; i++) {
    double product = dot(d, y + i * d, dy + i * d);
    double inverse = inverses[i] < 1e12 ? inverses[i] : 0;
    for (ptrdiff_t k = 0; k < d; k++)
      dx[i * d + k] = (float)((dy[i * d + k] - product * y[i * d + k]) * inverse);
  }
}

static const RelationKernels relations_kernels = {
    .columnMeans = column_means,
    .packedRows = packed_rows,
    .panelRows = VECTOR,
    .centerRows = center_rows,
    .squaredDistances = squared_distances,
    .distanceLaplacian = distance_laplacian,
    .scaledRows = scaled_rows,
    .addShortEdges = add_short_edges,
    .productDistances = product_distances,
    .closeDistances = close_distances,
    .distanceProducts = distance_products,
    .productCosines = product_cosines,
    .productCosinesGradient = product_cosines_gradient,
    .angleScratchCount = angle_scratch_count,
    .angleChanges = angle_changes,
    .angles = angles,
    .penalties = penalties,
    .lengths = lengths,
    .lengthsGradient = lengths_gradient,
    .affine = affine,
    .normalizeRows = normalize_rows,
    .normalizeRowsGradient = normalize_rows_gradient,
};
