// Convolutions of one lane block, and their gradients.
#include "harness.h"

enum { LANES = 16 };

typedef struct {
  int channels, height, width, outputs, kernel, stride, padding;
} Case;

// Channels in less and more than a group of 4 and a slab of 16; even and odd sizes; every number of
// taps that has a loop of its own. From 8 channels on, 3 × 3 uses Winograd's method. The large ones
// are cut into several strips.
static const Case cases[] = {
    {1, 1, 1, 1, 1, 1, 0},   {2, 1, 1, 3, 1, 2, 0},   {8, 1, 6, 8, 3, 1, 1},
    {8, 6, 1, 8, 3, 1, 1},   {3, 5, 4, 5, 1, 1, 0},   {17, 4, 3, 4, 1, 2, 0},
    {2, 5, 7, 3, 2, 2, 0},   {3, 6, 5, 7, 3, 1, 1},   {4, 7, 7, 8, 3, 2, 1},
    {8, 4, 6, 8, 3, 1, 1},   {9, 5, 7, 18, 3, 1, 1},  {19, 6, 5, 9, 3, 1, 0},
    {2, 9, 8, 3, 5, 1, 2},   {2, 9, 8, 3, 5, 3, 1},   {1, 8, 9, 2, 7, 2, 3},
    {64, 7, 34, 3, 3, 1, 1}, {3, 7, 34, 64, 3, 2, 1}, {64, 7, 34, 9, 3, 1, 1},
};

static Convolution sizes_of(const Case *c) {
  Convolution k = {.inputChannels = c->channels,
                   .inputHeight = c->height,
                   .inputWidth = c->width,
                   .outputChannels = c->outputs,
                   .kernel = c->kernel,
                   .stride = c->stride,
                   .padding = c->padding};
  k.outputHeight = (c->height + 2 * c->padding - c->kernel) / c->stride + 1;
  k.outputWidth = (c->width + 2 * c->padding - c->kernel) / c->stride + 1;
  return k;
}

static ptrdiff_t input_count(Convolution k) {
  return (ptrdiff_t)k.inputChannels * k.inputHeight * k.inputWidth * LANES;
}
static ptrdiff_t output_count(Convolution k) {
  return (ptrdiff_t)k.outputChannels * k.outputHeight * k.outputWidth * LANES;
}
static void describe(Convolution k) {
  begin("%d × %d × %d to %d channels, kernel %d, stride %d, padding %d", k.inputChannels,
        k.inputHeight, k.inputWidth, k.outputChannels, k.kernel, k.stride, k.padding);
}

// A sum of one product for each channel and tap. Winograd's method has sums of sums.
static const Tolerance of_sums = {0, 32 * ROUNDING};

static void convolve(Convolution k) {
  describe(k);
  const ptrdiff_t taps = (ptrdiff_t)k.outputChannels * k.inputChannels * k.kernel * k.kernel;
  const float *weights = numbers(taps, -1, 1), *x = numbers(input_count(k), -1, 1);
  float *arranged = floats(KERNEL(convolution.weightCount)(k)), *y = floats(output_count(k));
  KERNEL(convolution.arrange)(k, weights, arranged);
  for (int32_t s = KERNEL(convolution.forwardStrips)(k); s-- > 0;) {
    float *memory = scratch(KERNEL(convolution.forwardScratchCount)(k));
    KERNEL(convolution.forward)(k, s, x, arranged, y, memory);
  }
  expect_floats(output_count(k), y, of_sums);

  const float *dy = numbers(output_count(k), -1, 1);
  float *back = floats(KERNEL(convolution.weightCount)(k)), *dx = floats(input_count(k));
  KERNEL(convolution.arrangeForInputGradient)(k, weights, back);
  for (int32_t s = KERNEL(convolution.inputGradientStrips)(k); s-- > 0;) {
    float *memory = scratch(KERNEL(convolution.inputGradientScratchCount)(k));
    KERNEL(convolution.inputGradient)(k, s, dy, back, dx, memory);
  }
  expect_floats(input_count(k), dx, of_sums);

  float *gradient = numbers(taps, -1, 1);
  const int32_t half = (k.outputChannels + 1) / 2;
  for (int32_t first = 0; first < k.outputChannels; first += half) {
    const int32_t last = first + half < k.outputChannels ? first + half : k.outputChannels;
    float *memory = scratch(KERNEL(convolution.weightGradientScratchCount)(k));
    KERNEL(convolution.weightGradient)(k, first, last, x, dy, gradient, memory);
  }
  expect_floats(taps, gradient, of_sums);
}

static void convolve_depthwise(Convolution k) {
  k.inputChannels = k.outputChannels = 1;
  describe(k);
  const ptrdiff_t taps = (ptrdiff_t)k.kernel * k.kernel;
  const float *x = numbers(input_count(k), -1, 1), *weights = numbers(taps, -1, 1);
  const float *dy = numbers(output_count(k), -1, 1);
  float *y = floats(output_count(k)), *dx = floats(input_count(k));
  KERNEL(convolution.depthwise)(k, x, weights, y);
  expect_floats(output_count(k), y, of_sums);
  KERNEL(convolution.depthwiseInputGradient)(k, dy, weights, dx);
  expect_floats(input_count(k), dx, of_sums);
  double *gradient = doubles(taps);
  for (ptrdiff_t i = 0; i < taps; i++) gradient[i] = 0.5;
  KERNEL(convolution.depthwiseWeightGradient)(k, x, dy, gradient);
  expect_doubles(taps, gradient, of_sums);
}

void test_convolution(void) {
  for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
    convolve(sizes_of(&cases[i]));
    convolve_depthwise(sizes_of(&cases[i]));
  }
}
