#pragma once

// Depthwise convolution of one plane, [height, width, 16], with kernel × kernel weights.

#include "convolution.h"
#include "integers.inc.h"
#include "lanes.inc.h"
#include "vector.inc.h"

// The taps at which an output reads pixels that are inside: from `first` to before `end`.
typedef struct {
  int first, end;
} TapRange;

INLINE TapRange taps_inside(int start, int kernel, int length) {
  return (TapRange){larger(0, -start), smaller(kernel, length - start)};
}

static void depthwise(Convolution k, const float *input, const float *weights, float *output) {
  for (int row = 0; row < k.outputHeight; row++) {
    const int y = row * k.stride - k.padding;
    const TapRange rows = taps_inside(y, k.kernel, k.inputHeight);
    for (int column = 0; column < k.outputWidth; column++, output += LANES) {
      const int x = column * k.stride - k.padding;
      const TapRange columns = taps_inside(x, k.kernel, k.inputWidth);
      vector sum[PER_PIXEL] = {0};
      for (int p = rows.first; p < rows.end; p++)
        for (int q = columns.first; q < columns.end; q++) {
          const float *from = input + ((long)(y + p) * k.inputWidth + x + q) * LANES;
          for (int i = 0; i < PER_PIXEL; i++)
            sum[i] += load(from + i * VECTOR) * weights[p * k.kernel + q];
        }
      for (int i = 0; i < PER_PIXEL; i++) store(output + i * VECTOR, sum[i]);
    }
  }
}

// The taps at which outputs read an input pixel: `tap`, tap + stride, … at outputs `output`,
// output − 1, … Those outside are left out.
typedef struct {
  int tap, output;
} FirstTap;

INLINE FirstTap first_tap(int pixel, Convolution k, int outputs) {
  const int at = pixel + k.padding;
  FirstTap t = {.tap = at % k.stride, .output = at / k.stride};
  if (t.output >= outputs) t.tap += (t.output - outputs + 1) * k.stride, t.output = outputs - 1;
  return t;
}

static void depthwise_input_gradient(Convolution k, const float *outputGradient,
                                     const float *weights, float *inputGradient) {
  for (int y = 0; y < k.inputHeight; y++) {
    const FirstTap row = first_tap(y, k, k.outputHeight);
    for (int x = 0; x < k.inputWidth; x++, inputGradient += LANES) {
      const FirstTap column = first_tap(x, k, k.outputWidth);
      vector sum[PER_PIXEL] = {0};
      for (int p = row.tap, r = row.output; p < k.kernel && r >= 0; p += k.stride, r--)
        for (int q = column.tap, c = column.output; q < k.kernel && c >= 0; q += k.stride, c--) {
          const float *from = outputGradient + ((long)r * k.outputWidth + c) * LANES;
          for (int i = 0; i < PER_PIXEL; i++)
            sum[i] += load(from + i * VECTOR) * weights[p * k.kernel + q];
        }
      for (int i = 0; i < PER_PIXEL; i++) store(inputGradient + i * VECTOR, sum[i]);
    }
  }
}

// The outputs, from `first` to before `end`, that read an input inside at a tap.
INLINE TapRange outputs_at(int tap, Convolution k, int inputs, int outputs) {
  const int start = tap - k.padding;  // what output 0 reads
  const int first = start < 0 ? (-start + k.stride - 1) / k.stride : 0;
  const int end = inputs > start ? (inputs - start + k.stride - 1) / k.stride : 0;
  return (TapRange){first, smaller(end, outputs)};
}

// Adds the plane's share to the gradient. A row is summed in floats.
static void depthwise_weight_gradient(Convolution k, const float *input,
                                      const float *outputGradient, double *gradient) {
  const long step = (long)k.stride * LANES;
  for (int p = 0; p < k.kernel; p++)
    for (int q = 0; q < k.kernel; q++) {
      const TapRange rows = outputs_at(p, k, k.inputHeight, k.outputHeight);
      const TapRange columns = outputs_at(q, k, k.inputWidth, k.outputWidth);
      for (int r = rows.first; r < rows.end; r++) {
        const long y = (long)r * k.stride + p - k.padding;
        const long x = (long)columns.first * k.stride + q - k.padding;
        const float *from = input + (y * k.inputWidth + x) * LANES;
        const float *at = outputGradient + ((long)r * k.outputWidth + columns.first) * LANES;
        vector sum[PER_PIXEL] = {0};
        for (int c = columns.first; c < columns.end; c++, from += step, at += LANES)
          for (int i = 0; i < PER_PIXEL; i++)
            sum[i] += load(from + i * VECTOR) * load(at + i * VECTOR);
        for (int i = 0; i < PER_PIXEL; i++) gradient[p * k.kernel + q] += sum_of_lanes(sum[i]);
      }
    }
}
