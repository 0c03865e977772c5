#pragma once

// The gradient of a convolution at its weights, for one lane block.

#include "convolution.h"
#include "correlation.inc.h"
#include "lanes.inc.h"
#include "strips.inc.h"
#include "vector.inc.h"

// A tile of GROUP output channels by COLUMNS columns of the weights' rows stays in registers over a
// few rows of pixels. A column is an input channel at one tap.
#define COLUMNS 3

INLINE quad fold(vector v) {
#if VECTOR == 4
  return v;
#elif VECTOR == 8
  return __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
#else
  return (__builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7))
         + (__builtin_shufflevector(v, v, 8, 9, 10, 11)
            + __builtin_shufflevector(v, v, 12, 13, 14, 15));
#endif
}

// The sums of four vectors' lanes.
INLINE quad four_sums(const vector *v) {
  quad a = fold(v[0]), b = fold(v[1]), c = fold(v[2]), d = fold(v[3]);
  quad ab = __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
  quad cd = __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
  return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

// The outputs whose gradients are multiplied with the source at every tap.
typedef struct {
  const float *source, *gradient;
  long sourceChannel, sourceRow, gradientChannel, gradientRow;
  int step, rows, columns;
} Meeting;

INLINE void gradient_tile(const Meeting *k, const float *const *source,
                          const float *const *gradient, quad *result) {
  vector sum[COLUMNS][GROUP] = {0};
  for (int r = 0; r < k->rows; r++) {
    long from = r * k->step * k->sourceRow, at = r * k->gradientRow;
    for (int q = 0; q < k->columns; q++, from += (k->step - 1) * LANES)
      for (int lane = 0; lane < LANES; lane += VECTOR, from += VECTOR, at += VECTOR) {
        vector x[COLUMNS];
        for (int c = 0; c < COLUMNS; c++) x[c] = load(source[c] + from);
        for (int g = 0; g < GROUP; g++) {
          vector d = load(gradient[g] + at);
          for (int c = 0; c < COLUMNS; c++) sum[c][g] = d * x[c] + sum[c][g];
        }
      }
  }
  for (int c = 0; c < COLUMNS; c++) result[c] = four_sums(sum[c]);
}

// Adds the products of a few rows to sums[outputs / GROUP][inputs][kernel][kernel]. The rows'
// gradients in GROUP channels fit the first-level cache.
static void add_products(Meeting m, int kernel, int inputs, int outputs, quad *sums) {
  int taps = kernel * kernel, width = inputs * taps;
  for (int o = 0; o < outputs; o += GROUP, sums += width) {
    const float *gradients[GROUP];
    for (int g = 0; g < GROUP; g++)
      gradients[g] = m.gradient + smaller(o + g, outputs - 1) * m.gradientChannel;
    for (int w = 0; w < width; w += COLUMNS) {
      const float *source[COLUMNS];
      for (int c = 0; c < COLUMNS; c++) {
        int at = smaller(w + c, width - 1), tap = at % taps;
        source[c] = m.source + at / taps * m.sourceChannel + tap / kernel * m.sourceRow
                    + tap % kernel * LANES;
      }
      quad result[COLUMNS];
      gradient_tile(&m, source, gradients, result);
      for (int c = 0; c < COLUMNS && w + c < width; c++) sums[w + c] += result[c];
    }
  }
}

static int64_t weight_gradient_scratch_count(Convolution k) {
  return arranged_count(k.outputChannels, k.inputChannels, k.kernel * k.kernel)
         + strip_count(forward_plan(k));
}

static void convolution_weight_gradient(Convolution k, int32_t firstOutput, int32_t lastOutput,
                                        const float *input, const float *outputGradient,
                                        float *gradient, float *scratch) {
  Plan p = forward_plan(k);
  int outputs = lastOutput - firstOutput, width = k.inputChannels * k.kernel * k.kernel;
  long row = (long)k.outputWidth * LANES, plane = k.outputHeight * row;
  long count = arranged_count(outputs, width, 1);
  quad *sums = (quad *)scratch;
  float *strip = scratch + count;
  memset(sums, 0, count * sizeof(float));
  // The number of rows: 15 KiB of gradients in a GROUP. For narrow vectors it is half as many, so
  // that a lane that adds up products loses no more than a lane of a wide vector.
  int together = larger(1, (VECTOR < 8 ? 30 : 60) / k.outputWidth);
  for (int y = 0; y < k.outputHeight; y += p.rows) {
    int end = smaller(y + p.rows, k.outputHeight);
    fill_strip(p.strip, input, k.inputHeight, k.inputWidth, y * k.stride - k.padding,
               (end - y - 1) * k.stride + k.kernel, strip);
    for (int first = y; first < end; first += together) {
      Meeting m = {.source = strip + (first - y) * k.stride * p.strip.row,
                   .sourceRow = p.strip.row,
                   .sourceChannel = p.strip.channel,
                   .step = k.stride,
                   .gradient = outputGradient + firstOutput * plane + first * row,
                   .gradientRow = row,
                   .gradientChannel = plane,
                   .rows = smaller(together, end - first),
                   .columns = k.outputWidth};
      add_products(m, k.kernel, k.inputChannels, outputs, sums);
    }
  }
  for (int o = 0; o < outputs; o++)
    for (int w = 0; w < width; w++)
      gradient[(long)(firstOutput + o) * width + w] += sums[o / GROUP * width + w][o % GROUP];
}
