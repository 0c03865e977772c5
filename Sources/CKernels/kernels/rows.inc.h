#pragma once

// Softmax and the losses that use it, row by row.

#include <math.h>
#include <stdbool.h>

#include "divergence.inc.h"
#include "elementwise.inc.h"
#include "functions.inc.h"
#include "layer_norm.inc.h"
#include "parts.inc.h"
#include "pearson.inc.h"
#include "relation_divergence.inc.h"
#include "rows.h"

// y = exp((z − max) / τ) unless y is NULL, and the sum of that. The −∞ that fills up a row gives 0.
static __attribute__((noinline)) double exponentials(ptrdiff_t columns, const float *z,
                                                     float largest, float scale, float *y) {
  dvector sums = {0};
  FOR_PARTS(0, columns, {
    vector x = (load_part(z + c, count, -INFINITY) - largest) * scale;
    vector e = exponential_of_negative(x);
    sums += in_double(e);
    if (y) store_part(y + c, count, e);
  });
  return sum_of_double_lanes(sums);
}

static void softmax(ptrdiff_t rows, ptrdiff_t columns, float scale, const float *z, float *y) {
  for (ptrdiff_t r = 0; r < rows; r++, z += columns, y += columns) {
    float inverse = (float)(1 / exponentials(columns, z, largest_of(columns, z), scale, y));
    for (ptrdiff_t c = 0; c < columns; c++) y[c] *= inverse;
  }
}

static void softmax_gradient(ptrdiff_t rows, ptrdiff_t columns, float scale, const float *y,
                             const float *dy, float *dz) {
  for (ptrdiff_t r = 0; r < rows; r++, y += columns, dy += columns, dz += columns) {
    float along = (float)dot(columns, y, dy);
    for (ptrdiff_t c = 0; c < columns; c++) dz[c] = y[c] * (dy[c] - along) * scale;
  }
}

static void log_softmax(ptrdiff_t rows, ptrdiff_t columns, float scale, const float *z, float *y) {
  for (ptrdiff_t r = 0; r < rows; r++, z += columns, y += columns) {
    float largest = largest_of(columns, z);
    float normalizer = (float)log(exponentials(columns, z, largest, scale, NULL));
    for (ptrdiff_t c = 0; c < columns; c++) y[c] = (z[c] - largest) * scale - normalizer;
  }
}

static void log_softmax_gradient(ptrdiff_t rows, ptrdiff_t columns, float scale, const float *y,
                                 const float *dy, float *dz) {
  for (ptrdiff_t r = 0; r < rows; r++, y += columns, dy += columns, dz += columns) {
    float total = (float)sum(columns, dy);
    FOR_PARTS(0, columns, {
      vector p = exponential_of_negative(load_part(y + c, count, 0));
      store_part(dz + c, count, (load_part(dy + c, count, 0) - p * total) * scale);
    });
  }
}

static double cross_entropy(ptrdiff_t rows, ptrdiff_t columns, double smoothing, double weight,
                            const float *z, const ptrdiff_t *labels, float *dz) {
  double loss = 0, share = smoothing / (double)columns;
  for (ptrdiff_t r = 0; r < rows; r++, z += columns, dz += columns) {
    ptrdiff_t label = labels[r];
    float largest = largest_of(columns, z);
    double total = exponentials(columns, z, largest, 1, dz), e = dz[label];
    double mean = sum(columns, z) / (double)columns;
    loss += log(total) + ((double)largest - z[label] + smoothing * (z[label] - mean));
    float factor = (float)(weight / total), rest = (float)(weight * share);
    for (ptrdiff_t c = 0; c < columns; c++) dz[c] = dz[c] * factor - rest;
    dz[label] = (float)(weight * ((e - total) / total + (smoothing - share)));
  }
  return loss;
}

// A row of both networks' logits, and what makes probabilities of their exponentials.
typedef struct {
  const float *z, *t;
  double scale;
  // max z − max t, and log Σ exp((z − max z) scale) − log Σ exp((t − max t) scale).
  double shift, ratio;
  float inverseZ, inverseT;
} LogitRow;

// Whether floats hold log(q / p) as well as they hold logits of some units. The differences of the
// logits are then of the size of log(q / p), or smaller than those units.
INLINE bool is_near(const LogitRow *row) {
  return row->scale < 0x1p60 && fabs(row->shift * row->scale) + fabs(row->ratio) < 4;
}

INLINE vector logarithm_of_quotient(const LogitRow *row, bool near, ptrdiff_t c, ptrdiff_t count) {
  const vector z = load_part(row->z + c, count, 0), t = load_part(row->t + c, count, 0);
  if (near) {
    // No difference of halves overflows.
    const vector half = z * 0.5f - t * 0.5f - (float)(row->shift * 0.5);
    return half * (float)(row->scale * 2) - (float)row->ratio;
  }
  const dvector difference = in_double(z) - in_double(t) - row->shift;
  return __builtin_convertvector(difference * row->scale - row->ratio, vector);
}

// The divergence of a row. `dz` and `scratch` hold the exponentials of z and t, and then `dz` the
// gradient.
INLINE double kl_divergence_of_row(ptrdiff_t columns, const LogitRow *row, bool near, float weight,
                                   float *dz, const float *scratch) {
  enum { BLOCK = 8 * VECTOR };  // this many numbers are summed in floats
  dvector loss = {0};
  for (ptrdiff_t start = 0; start < columns; start += BLOCK) {
    const ptrdiff_t end = smaller(start + BLOCK, columns);
    vector sums = {0};
    FOR_PARTS(start, end, {
      const vector q = load_part(dz + c, count, 0) * row->inverseZ;
      const vector p = load_part(scratch + c, count, 0) * row->inverseT;
      vector change;
      sums += divergence_terms(p, q, logarithm_of_quotient(row, near, c, count), &change);
      store_part(dz + c, count, change * weight);
    });
    loss += in_double(sums);
  }
  return sum_of_double_lanes(loss);
}

// Computes the exponentials of a row of z and t.
static LogitRow logit_row(ptrdiff_t columns, double scale, const float *z, const float *t,
                          float *ez, float *et) {
  const float largestZ = largest_of(columns, z), largestT = largest_of(columns, t);
  const double sumZ = exponentials(columns, z, largestZ, (float)scale, ez);
  const double sumT = exponentials(columns, t, largestT, (float)scale, et);
  return (LogitRow){.z = z,
                    .t = t,
                    .scale = scale,
                    .shift = (double)largestZ - largestT,
                    .ratio = log(sumZ / sumT),
                    .inverseZ = (float)(1 / sumZ),
                    .inverseT = (float)(1 / sumT)};
}

static double kl_divergence(ptrdiff_t rows, ptrdiff_t columns, double scale, double weight,
                            const float *z, const float *t, float *dz, float *scratch,
                            ptrdiff_t room) {
  // A row's divergence needs its normalizers. A few short rows get theirs before the first
  // divergence, so that none waits for a logarithm and a division.
  enum { MOST = 8 };
  const ptrdiff_t together = columns > 0 ? smaller(MOST, room / columns) : MOST;
  double loss = 0;
  for (ptrdiff_t start = 0; start < rows; start += together) {
    LogitRow block[MOST];
    const ptrdiff_t count = smaller(together, rows - start), first = start * columns;
    for (ptrdiff_t r = 0, i = first; r < count; r++, i += columns)
      block[r] = logit_row(columns, scale, z + i, t + i, dz + i, scratch + r * columns);
    for (ptrdiff_t r = 0, i = first; r < count; r++, i += columns) {
      const LogitRow *row = &block[r];
      const float *et = scratch + r * columns;
      loss += is_near(row) ? kl_divergence_of_row(columns, row, true, (float)weight, dz + i, et)
                           : kl_divergence_of_row(columns, row, false, (float)weight, dz + i, et);
    }
  }
  return loss;
}

static void center(ptrdiff_t rows, ptrdiff_t columns, const float *restrict x, float *restrict y) {
  for (ptrdiff_t r = 0; r < rows; r++, x += columns, y += columns) {
    const double mean = sum(columns, x) / columns;
    for (ptrdiff_t k = 0; k < columns; k++) y[k] = (float)(x[k] - mean);
  }
}

static void divide_by_sum(ptrdiff_t rows, ptrdiff_t columns, double offset, const float *restrict x,
                          float *restrict y, double *restrict inverses) {
  for (ptrdiff_t r = 0; r < rows; r++, x += columns, y += columns) {
    const double total = sum(columns, x) + (double)columns * offset;
    const double inverse = inverses[r] = fabs(total) < FLT_MIN ? 0 : 1 / total;
    for (ptrdiff_t k = 0; k < columns; k++) y[k] = (float)((x[k] + offset) * inverse);
  }
}

static void divide_by_sum_gradient(ptrdiff_t rows, ptrdiff_t columns, const float *restrict y,
                                   const double *restrict inverses, const float *restrict dy,
                                   float *restrict dx) {
  for (ptrdiff_t r = 0; r < rows; r++, y += columns, dy += columns, dx += columns) {
    const double along = dot(columns, y, dy), inverse = inverses[r];
    for (ptrdiff_t k = 0; k < columns; k++) dx[k] = (float)((dy[k] - along) * inverse);
  }
}

static const RowKernels rows_kernels = {
    .softmax = softmax,
    .softmaxGradient = softmax_gradient,
    .logSoftmax = log_softmax,
    .logSoftmaxGradient = log_softmax_gradient,
    .crossEntropy = cross_entropy,
    .klDivergence = kl_divergence,
    .relationScratchCount = relation_scratch_count,
    .relationDivergence = relation_divergence,
    .center = center,
    .divideBySum = divide_by_sum,
    .divideBySumGradient = divide_by_sum_gradient,
    .layerNormalize = layer_normalize,
    .layerNormalizeGradient = layer_normalize_gradient,
    .divergence = divergence,
    .rowMoments = row_moments,
    .columnMoments = column_moments,
    .pearsonDistances = pearson_distances,
    .rowPearsonGradient = row_pearson_gradient,
    .columnPearsonGradient = column_pearson_gradient,
};
