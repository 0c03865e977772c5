#pragma once

// Batch normalisation of one plane.

#include <stdbool.h>

#include "lanes.inc.h"
#include "normalization.h"
#include "planes.inc.h"
#include "vector.inc.h"

// One if a lane holds an example, otherwise zero.
typedef struct {
  vector of[PER_PIXEL];
} LaneMask;

INLINE LaneMask lane_mask(int lanes) {
  float ones[LANES];
  for (int i = 0; i < LANES; i++) ones[i] = i < lanes;
  LaneMask m;
  for (int i = 0; i < PER_PIXEL; i++) m.of[i] = load(ones + i * VECTOR);
  return m;
}

INLINE vector masked(vector v, LaneMask mask, int i, bool full) {
  return full ? v : v * mask.of[i % PER_PIXEL];
}

// v, or zero if v < 0. NaN stays NaN.
INLINE vector rectify(vector v) { return (vector)((ivector)v & ~(v < (vector){0})); }
INLINE vector where_positive(vector v, vector x) {
  return (vector)((ivector)v & (x > (vector){0}));
}

// MARK: moments

INLINE void plane_moments(const float *plane, int64_t pixels, int lanes, double *mean,
                          double *squares, bool full) {
  LaneMask mask = lane_mask(lanes);
  double known = 0;  // examples and pixels merged so far
  *mean = 0, *squares = 0;
  for (int64_t first = 0; first < pixels; first += CHUNK) {
    long count = smaller(CHUNK, pixels - first) * LANES;
    const float *x = plane + first * LANES;
    vector sum[SUMS] = {0};
    FOR_EACH_VECTOR(count, sum[j] += masked(load(x + i), mask, j, full);)
    double more = (double)count / LANES * lanes, chunk = total(sum) / more;
    vector center = broadcast(chunk), square[SUMS] = {0};
    FOR_EACH_VECTOR(count, {
      vector d = masked(load(x + i) - center, mask, j, full);
      square[j] = d * d + square[j];
    })
    // This is the merge of Chan, Golub and LeVeque.
    double difference = chunk - *mean;
    *mean += difference * more / (known + more);
    *squares += total(square) + difference * difference * known * more / (known + more);
    known += more;
  }
}

static void moments(const float *plane, int64_t pixels, int32_t lanes, double *mean,
                    double *squares) {
  if (lanes == LANES) return plane_moments(plane, pixels, LANES, mean, squares, true);
  plane_moments(plane, pixels, lanes, mean, squares, false);
}

// MARK: the result

INLINE void plane_normalize(const float *plane, const float *residual, int64_t pixels, int lanes,
                            float scale, float shift, float *result, bool rectified, bool residuals,
                            bool full) {
  LaneMask mask = lane_mask(lanes);
  vector factor = broadcast(scale), term = broadcast(shift);
  FOR_EACH_VECTOR(pixels * LANES, {
    vector y = load(plane + i) * factor + term;
    if (residuals) y += load(residual + i);
    if (rectified) y = rectify(y);
    store(result + i, masked(y, mask, j, full));
  })
}

static void normalize(const float *plane, const float *residual, int64_t pixels, int32_t lanes,
                      float scale, float shift, bool rectified, float *result) {
#define CALL(R, E)                                                                               \
  return lanes == LANES                                                                          \
             ? plane_normalize(plane, residual, pixels, LANES, scale, shift, result, R, E, true) \
             : plane_normalize(plane, residual, pixels, lanes, scale, shift, result, R, E, false)
  if (residual) {
    if (rectified) CALL(true, true);
    CALL(false, true);
  }
  if (rectified) CALL(true, false);
  CALL(false, false);
#undef CALL
}

// MARK: derivatives

// The part of the gradient that passes: all of it, or only where the result is positive. The result
// is either read or computed again.
enum Passing { everywhere, where_read, where_computed };

INLINE vector passed(vector gradient, vector x, const float *result, vector factor, vector term,
                     enum Passing passing) {
  if (passing == where_read) return where_positive(gradient, load(result));
  if (passing == where_computed) return where_positive(gradient, x * factor + term);
  return gradient;
}

INLINE void plane_gradient_sums(const float *plane, const float *gradient, const float *result,
                                int64_t pixels, int lanes, float scale, float shift, float mean,
                                float *kept, double *sums, enum Passing passing, bool full) {
  LaneMask mask = lane_mask(lanes);
  vector factor = broadcast(scale), term = broadcast(shift), center = broadcast(mean);
  sums[0] = 0, sums[1] = 0;
  for (int64_t first = 0; first < pixels; first += CHUNK) {
    long from = first * LANES, count = smaller(CHUNK, pixels - first) * LANES;
    vector sum[SUMS] = {0}, product[SUMS] = {0};
    FOR_EACH_VECTOR(count, {
      vector x = load(plane + from + i);
      const float *read = passing == where_read ? result + from + i : NULL;
      vector g = passed(load(gradient + from + i), x, read, factor, term, passing);
      g = masked(g, mask, j, full);
      if (passing == where_read) store(kept + from + i, g);
      sum[j] += g;
      product[j] = g * (x - center) + product[j];
    })
    sums[0] += total(sum), sums[1] += total(product);
  }
}

static void gradient_sums(const float *plane, const float *gradient, const float *result,
                          int64_t pixels, int32_t lanes, float scale, float shift, bool rectified,
                          float mean, float *kept, double *sums) {
#define CALL(P)                                                                              \
  return lanes == LANES ? plane_gradient_sums(plane, gradient, result, pixels, LANES, scale, \
                                              shift, mean, kept, sums, P, true)              \
                        : plane_gradient_sums(plane, gradient, result, pixels, lanes, scale, \
                                              shift, mean, kept, sums, P, false)
  if (!rectified) CALL(everywhere);
  if (result) CALL(where_read);
  CALL(where_computed);
#undef CALL
}

INLINE void plane_input_gradient(const float *plane, const float *gradient, int64_t pixels,
                                 int lanes, float scale, float shift, float mean, float slope,
                                 float curve, float offset, float *inputGradient,
                                 enum Passing passing, bool full) {
  LaneMask mask = lane_mask(lanes);
  vector factor = broadcast(scale), term = broadcast(shift), center = broadcast(mean);
  vector a = broadcast(slope), b = broadcast(curve), c = broadcast(offset);
  FOR_EACH_VECTOR(pixels * LANES, {
    vector x = load(plane + i);
    vector g = passed(load(gradient + i), x, NULL, factor, term, passing);
    store(inputGradient + i, masked(a * g + (b * (x - center) + c), mask, j, full));
  })
}

static void input_gradient(const float *plane, const float *gradient, int64_t pixels, int32_t lanes,
                           float scale, float shift, bool rectified, float mean, float slope,
                           float curve, float offset, float *inputGradient) {
#define CALL(P)                                                                                    \
  return lanes == LANES ? plane_input_gradient(plane, gradient, pixels, LANES, scale, shift, mean, \
                                               slope, curve, offset, inputGradient, P, true)       \
                        : plane_input_gradient(plane, gradient, pixels, lanes, scale, shift, mean, \
                                               slope, curve, offset, inputGradient, P, false)
  if (rectified) CALL(where_computed);
  CALL(everywhere);
#undef CALL
}

static const NormalizationKernels normalization_kernels = {.moments = moments,
                                                           .normalize = normalize,
                                                           .gradientSums = gradient_sums,
                                                           .inputGradient = input_gradient};
