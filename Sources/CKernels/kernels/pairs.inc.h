#pragma once

// Relations of every two rows, a tile at a time. The numbers beyond a tile's columns, up to a whole
// vector, are 0 or follow from 0, and count nowhere.

#include <stdbool.h>
#include <string.h>

#include "angle_tile.inc.h"
#include "divergence.inc.h"
#include "functions.inc.h"
#include "pair_distances.inc.h"
#include "pair_sums.inc.h"
#include "pairs.h"

// f(x) and f′(x).
INLINE vector pair_number(PairFunction f, vector x, vector *slope) {
  vector y = {0}, dy = {0};
  switch (f.kind) {
    case PAIR_NUMBER: *slope = broadcast(1); return x;
    case PAIR_POLYNOMIAL:
      for (ptrdiff_t k = f.count - 1; k >= 0; k--) {
        dy = dy * x + y;
        y = y * x + f.coefficients[k];
      }
      *slope = dy;
      return y;
    case PAIR_LENGTH:
      y = __builtin_elementwise_sqrt(x);
      y = select_lanes(y < f.coefficients[0], broadcast(f.coefficients[0]), y);  // NaN stays
      *slope = select_lanes(y > f.coefficients[0], 0.5f / y, (vector){0});
      return y;
  }
  return x;
}

static void pair_totals(PairTile tile, PairFunction function, double *totals) {
  const double images = tile.isDiagonal ? 1 : 2;
  for (ptrdiff_t r = 0; r < tile.rows; r++) {
    const float *s = tile.student + r * tile.step, *t = tile.teacher + r * tile.step;
    vector slope;
    dvector sums[4] = {{0}};
    for (ptrdiff_t c = 0; c < tile.columns; c += VECTOR) {
      vector y = first_lanes(pair_number(function, load(s + c), &slope), tile.columns - c);
      vector z = first_lanes(pair_number(function, load(t + c), &slope), tile.columns - c);
      if (tile.isDiagonal) y = without_lane(y, r - c), z = without_lane(z, r - c);
      const dvector own = in_double(y), other = in_double(z);
      sums[0] += own, sums[1] += other, sums[2] += own * own, sums[3] += own * other;
    }
    for (int k = 0; k < 4; k++) totals[k] += images * sum_of_double_lanes(sums[k]);
  }
}

INLINE void compare_pairs(PairTile tile, PairComparison by, PairFunction function,
                          PenaltyKind penalty, double *sums) {
  const double images = tile.isDiagonal ? 1 : 2;
  const vector delta = broadcast(by.delta);
  const float factor = 2 / by.ofStudent;
  for (ptrdiff_t r = 0; r < tile.rows; r++) {
    const float *s = tile.student + r * tile.step;
    float *t = tile.teacher + r * tile.step;
    vector loss = {0}, along = {0}, slope, other;
    ivector beyond = {0};  // minus the number
    for (ptrdiff_t c = 0; c < tile.columns; c += VECTOR) {
      vector y = pair_number(function, load(s + c), &slope) / by.ofStudent;
      vector e = y - pair_number(function, load(t + c), &other) / by.ofTeacher;
      e = first_lanes(e, tile.columns - c);
      if (tile.isDiagonal && by.omitDiagonal) e = without_lane(e, r - c);
      vector derivative = penalize(e, penalty, delta, &loss);
      along += derivative * y;
      beyond += (e > delta) | (e < -delta);
      store(t + c, (derivative - by.shift) * slope * factor);
    }
    sums[0] += images * sum_of_double_lanes(in_double(loss));
    sums[1] += images * sum_of_double_lanes(in_double(along));
    sums[2] -= images * sum_of_double_lanes(__builtin_convertvector(beyond, dvector));
  }
}

#define COMPARE_PAIRS(kind_, penalty_)                                                       \
  if (by.function.kind == kind_ && by.penalty == penalty_)                                   \
    return compare_pairs(tile, by,                                                           \
                         (PairFunction){kind_, by.function.count, by.function.coefficients}, \
                         penalty_, sums);
#define COMPARE_PENALTIES(kind)       \
  COMPARE_PAIRS(kind, PENALTY_SQUARE) \
  COMPARE_PAIRS(kind, PENALTY_HUBER)  \
  COMPARE_PAIRS(kind, PENALTY_ABSOLUTE)

static void pair_compare(PairTile tile, PairComparison by, double *sums) {
  COMPARE_PENALTIES(PAIR_NUMBER)
  COMPARE_PENALTIES(PAIR_POLYNOMIAL)
  COMPARE_PENALTIES(PAIR_LENGTH)
}

static void pair_moments(PairTile tile, PairSums sums) {
  PairColumnSums columns = {.count = 3};
  for (ptrdiff_t r = 0; r < tile.rows; r++) {
    const float *s = tile.student + r * tile.step, *t = tile.teacher + r * tile.step;
    vector ofRow[3] = {{0}};
    for (ptrdiff_t c = 0; c < tile.columns; c += VECTOR) {
      const vector y = load(s + c), z = load(t + c);
      const vector numbers[3] = {y * y, z * z, y * z};
      for (int k = 0; k < 3; k++) ofRow[k] += numbers[k];
      if (!tile.isDiagonal) add_columns(&columns, c, 3, numbers);
    }
    add_row(sums, r, 3, ofRow);
    if (!tile.isDiagonal) finish_row(&columns, &tile, r, sums);
  }
}

static double pair_compare_rows(PairTile tile, PairFactors factors) {
  // Both products are rounded, so that equal networks do not differ.
#pragma clang fp contract(off)
  dvector loss = {0};
  const ptrdiff_t step = factors.step;
  for (ptrdiff_t r = 0; r < tile.rows; r++) {
    const float *s = tile.student + r * tile.step;
    float *t = tile.teacher + r * tile.step;
    const double a = factors.ofRows[r], b = factors.ofRows[step + r];
    const double alpha = factors.ofRows[2 * step + r], beta = factors.ofRows[3 * step + r];
    for (ptrdiff_t c = 0; c < tile.columns; c += VECTOR) {
      const double *others = factors.ofColumns + c;
      const dvector y = in_double(load(s + c)), z = in_double(load(t + c));
      const dvector own = y * a - z * b;
      loss += own * own;
      if (!tile.isDiagonal) {
        const dvector mirrored = y * load_doubles(others) - z * load_doubles(others + step);
        loss += mirrored * mirrored;
      }
      const dvector w = y * (load_doubles(others + 2 * step) + alpha)
                        - z * (load_doubles(others + 3 * step) + beta);
      store(t + c, __builtin_convertvector(w, vector));
    }
  }
  return sum_of_double_lanes(loss);
}

// The factors of some columns as floats.
INLINE vector float_factors(const double *p) {
  return __builtin_convertvector(load_doubles(p), vector);
}

INLINE void divergence_numbers(vector q, vector p, float epsilon, float even, vector numbers[4]) {
  const vector difference = q - p, inverse = 1 / (p + epsilon);
  const vector excess = logarithm_excess(difference * inverse, (q + epsilon) * inverse);
  numbers[0] = p * excess + difference * (epsilon * inverse - even);
  numbers[1] = difference;
  numbers[2] = p + q;
  numbers[3] = p * (q / (q + epsilon));
}

static void pair_divergences(PairTile tile, float offset, float epsilon, float even,
                             PairFactors factors, PairSums sums) {
  PairColumnSums columns = {.count = 4};
  const ptrdiff_t step = factors.step;
  for (ptrdiff_t r = 0; r < tile.rows; r++) {
    const float *s = tile.student + r * tile.step, *t = tile.teacher + r * tile.step;
    const float a = (float)factors.ofRows[r], b = (float)factors.ofRows[step + r];
    vector ofRow[4] = {{0}}, numbers[4];
    for (ptrdiff_t c = 0; c < tile.columns; c += VECTOR) {
      const double *others = factors.ofColumns + c;
      const vector y = first_lanes(load(s + c) + offset, tile.columns - c);
      const vector z = first_lanes(load(t + c) + offset, tile.columns - c);
      divergence_numbers(positive_lanes(y * a), positive_lanes(z * b), epsilon, even, numbers);
      for (int k = 0; k < 4; k++) ofRow[k] += numbers[k];
      if (tile.isDiagonal) continue;
      divergence_numbers(positive_lanes(y * float_factors(others)),
                         positive_lanes(z * float_factors(others + step)), epsilon, even, numbers);
      add_columns(&columns, c, 4, numbers);
    }
    add_row(sums, r, 4, ofRow);
    if (!tile.isDiagonal) finish_row(&columns, &tile, r, sums);
  }
}

// a (c − p / (q + ε)) for q = max(a y, 0) and p = max(b z, 0).
INLINE vector divergence_slope(vector y, vector z, float epsilon, vector a, vector b, vector c) {
  const vector q = positive_lanes(y * a), p = positive_lanes(z * b);
  return a * (c - select_lanes(q > 0, p / (q + epsilon), (vector){0}));
}

static void pair_divergence_gradient(PairTile tile, float offset, float epsilon,
                                     PairFactors factors) {
  const ptrdiff_t step = factors.step;
  for (ptrdiff_t r = 0; r < tile.rows; r++) {
    const float *s = tile.student + r * tile.step;
    float *t = tile.teacher + r * tile.step;
    const vector a = broadcast((float)factors.ofRows[r]);
    const vector b = broadcast((float)factors.ofRows[step + r]);
    const vector own = broadcast((float)factors.ofRows[2 * step + r]);
    for (ptrdiff_t c = 0; c < tile.columns; c += VECTOR) {
      const double *others = factors.ofColumns + c;
      const vector y = load(s + c) + offset, z = load(t + c) + offset;
      const vector w =
          divergence_slope(y, z, epsilon, a, b, own)
          + divergence_slope(y, z, epsilon, float_factors(others), float_factors(others + step),
                             float_factors(others + 2 * step));
      store(t + c, w);
    }
  }
}

static const PairKernels pair_kernels = {
    .distances = tile_distances,
    .laplacian = tile_laplacian,
    .addOwnRows = add_own_rows,
    .totals = pair_totals,
    .compare = pair_compare,
    .moments = pair_moments,
    .compareRows = pair_compare_rows,
    .divergences = pair_divergences,
    .divergenceGradient = pair_divergence_gradient,
};
