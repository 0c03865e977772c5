// Batch normalisation and pooling of planes.
#include "harness.h"

enum { LANES = 16 };

// Less and more than the four to sixteen pixels of eight vectors, and the chunks of 128.
static const int64_t sizes[] = {1, 2, 3, 7, 8, 9, 33, 127, 128, 129, 300};
static const int32_t laneCounts[] = {1, 5, 15, 16};

// Sums of floats over a chunk, in another order for each width of a vector.
static const Tolerance of_sums = {64 * ROUNDING, 64 * ROUNDING};
static const Tolerance of_entries = {0, 4 * ROUNDING};

static void normalize(int64_t pixels, int32_t lanes, bool rectified) {
  const int64_t count = pixels * LANES;
  const float *plane = numbers(count, -1, 2), *gradient = numbers(count, -1, 1);
  const float *residual = numbers(count, -1, 1), scale = 0.8f, shift = -0.3f, mean = 0.4f;
  float *result = floats(count), *kept = floats(count), *inputGradient = floats(count);
  double sums[2];

  KERNEL(normalization.normalize)
  (plane, residual, pixels, lanes, scale, shift, rectified, result);
  expect_floats(count, result, of_entries);
  KERNEL(normalization.gradientSums)
  (plane, gradient, result, pixels, lanes, scale, shift, rectified, mean, kept, sums);
  expect_doubles(2, sums, of_sums);
  if (rectified) expect_floats(count, kept, exact);

  KERNEL(normalization.normalize)(plane, NULL, pixels, lanes, scale, shift, rectified, result);
  expect_floats(count, result, of_entries);
  KERNEL(normalization.gradientSums)
  (plane, gradient, NULL, pixels, lanes, scale, shift, rectified, mean, NULL, sums);
  expect_doubles(2, sums, of_sums);
  KERNEL(normalization.inputGradient)
  (plane, gradient, pixels, lanes, scale, shift, rectified, mean, 0.9f, 0.2f, -0.1f, inputGradient);
  expect_floats(count, inputGradient, of_entries);
}

void test_normalization(void) {
  for (ptrdiff_t i = 0; i < COUNT(sizes); i++)
    for (ptrdiff_t l = 0; l < COUNT(laneCounts); l++) {
      const int64_t pixels = sizes[i];
      const int32_t lanes = laneCounts[l];
      begin("%td pixels, %d lanes", (ptrdiff_t)pixels, lanes);
      double mean, squares;
      KERNEL(normalization.moments)
      (numbers(pixels * LANES, -1, 2), pixels, lanes, &mean, &squares);
      expect_double(mean, of_sums);
      // The squares are of deviations from a rounded mean; those of one number are only rounding.
      expect_double(squares + 1, of_sums);
      for (int rectified = 0; rectified < 2; rectified++) {
        begin("%td pixels, %d lanes, rectified: %d", (ptrdiff_t)pixels, lanes, rectified);
        normalize(pixels, lanes, rectified);
      }
    }
}

void test_pooling(void) {
  for (ptrdiff_t i = 0; i < COUNT(sizes); i++)
    for (ptrdiff_t l = 0; l < COUNT(laneCounts); l++) {
      const int64_t pixels = sizes[i], stride = pixels + 3;
      const int32_t lanes = laneCounts[l];
      begin("%td pixels, %d lanes", (ptrdiff_t)pixels, lanes);
      const float *examples = numbers((lanes - 1) * stride + pixels, -1, 2);
      float *plane = floats(pixels * LANES), *back = floats((lanes - 1) * stride + pixels);
      KERNEL(pooling.pack)(examples, stride, pixels, lanes, plane);
      expect_floats(pixels * LANES, plane, exact);
      KERNEL(pooling.unpack)(plane, pixels, lanes, stride, back);
      expect_rows(lanes, pixels, stride, back, exact);

      float *means = floats(LANES), *spread = floats(pixels * LANES);
      KERNEL(pooling.mean)(plane, pixels, means);
      expect_floats(LANES, means, of_sums);
      KERNEL(pooling.spread)(numbers(LANES, -1, 1), pixels, spread);
      expect_floats(pixels * LANES, spread, exact);
    }
}
