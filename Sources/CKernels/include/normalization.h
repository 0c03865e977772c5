#pragma once
#include <stdbool.h>
#include <stdint.h>

// Batch normalisation, one plane at a time. A plane holds the `pixels` of one channel in a lane
// block: [pixels, 16]. Only the first `lanes` lanes hold examples; the others are written as zero.
typedef struct {
  // The mean, and the sum of squared deviations from it.
  void (*_Nonnull moments)(const float *_Nonnull plane, int64_t pixels, int32_t lanes,
                           double *_Nonnull mean, double *_Nonnull squares);

  // result = plane * scale + shift (+ residual), and not below zero if `rectified`.
  void (*_Nonnull normalize)(const float *_Nonnull plane, const float *_Nullable residual,
                             int64_t pixels, int32_t lanes, float scale, float shift,
                             bool rectified, float *_Nonnull result);

  // Sums of g and of g * (plane - mean). Here g is the gradient, or zero if `normalize` cut its
  // result off: `result` shows that, or plane * scale + shift if it is not given. If asked, g is
  // stored too.
  void (*_Nonnull gradientSums)(const float *_Nonnull plane, const float *_Nonnull gradient,
                                const float *_Nullable result, int64_t pixels, int32_t lanes,
                                float scale, float shift, bool rectified, float mean,
                                float *_Nullable kept, double *_Nonnull sums);

  // inputGradient = g * slope + (plane - mean) * curve + offset.
  void (*_Nonnull inputGradient)(const float *_Nonnull plane, const float *_Nonnull gradient,
                                 int64_t pixels, int32_t lanes, float scale, float shift,
                                 bool rectified, float mean, float slope, float curve, float offset,
                                 float *_Nonnull inputGradient);
} NormalizationKernels;
