#pragma once

// Convolution of one lane block without im2col, and its gradient to the input. The gradient uses
// the same loops over the gradient of the output, once for each of the stride^2 classes of input
// pixels, because each class sees different taps.

#include "convolution.h"
#include "correlation.inc.h"
#include "depthwise.inc.h"
#include "strips.inc.h"
#include "weight_gradient.inc.h"
#include "winograd.inc.h"

// The part of a target that begins at `row` and `column`.
INLINE Correlation part_of(Correlation k, int row, int column, int rows, int columns) {
  k.source += (row * k.sourceRow + column * LANES) * k.step;
  k.target += row * k.targetRow + column * k.targetColumn;
  k.rows = rows, k.columns = columns;
  return k;
}

// Uses Winograd's method, except for an odd row or column at the end.
static void correlate_even_and_odd(Correlation k, const float *winograd, float *scratch) {
  int rows = k.rows / 2 * 2, columns = k.columns / 2 * 2;
  Correlation even = part_of(k, 0, 0, rows, columns);
  even.weights = winograd;
  correlate_winograd(even, scratch);
  if (rows < k.rows) correlate(part_of(k, rows, 0, 1, k.columns));
  if (columns < k.columns) correlate(part_of(k, 0, columns, rows, 1));
}

// MARK: weights, as `correlate` reads them and then as `correlate_winograd` does

// The taps that input row (or column) `residue + stride * i` sees. They are the `count` kernel rows
// `tap`, tap - stride, …, at output rows i + `offset`, i + offset + 1, ….
typedef struct {
  int tap, count, offset;
} Taps;

INLINE Taps taps_of_class(Convolution k, int residue) {
  Taps t = {0};
  int least = (residue + k.padding) % k.stride;
  if (least >= k.kernel) return t;
  t.count = (k.kernel - 1 - least) / k.stride + 1;
  t.tap = least + (t.count - 1) * k.stride;
  t.offset = (residue + k.padding - t.tap) / k.stride;  // no remainder
  return t;
}

static int64_t convolution_weight_count(Convolution k) {
  int taps = k.kernel * k.kernel + (uses_winograd(k) ? POINTS : 0);
  long a = arranged_count(k.outputChannels, k.inputChannels, taps);
  long b = arranged_count(k.inputChannels, k.outputChannels, taps);
  return a > b ? a : b;
}

// Weights of 3 x 3 taps. Neighbours along an axis are this many floats apart.
static void arrange_for_winograd(int targets, int sources, const float *weights, long target,
                                 long source, long row, long column, float *arranged) {
  long point = arranged_count(targets, sources, 1);
  memset(arranged, 0, POINTS * point * sizeof(float));
  for (int t = 0; t < targets; t++)
    for (int s = 0; s < sources; s++)
      transform_weights(weights + t * target + s * source, row, column, point,
                        arranged + ((long)t / GROUP * sources + s) * GROUP + t % GROUP);
}

static void arrange_weights(Convolution k, const float *weights, float *arranged) {
  int taps = k.kernel * k.kernel, sources = k.inputChannels;
  for (int o = 0; o < k.outputChannels; o += GROUP)
    for (int i = 0; i < sources * taps; i++)
      for (int g = 0; g < GROUP; g++)
        *arranged++ = o + g < k.outputChannels ? weights[(long)(o + g) * sources * taps + i] : 0;
  if (uses_winograd(k))
    arrange_for_winograd(k.outputChannels, sources, weights, sources * taps, taps, 3, 1, arranged);
}

static void arrange_weights_for_input_gradient(Convolution k, const float *weights,
                                               float *arranged) {
  long taps = k.kernel * k.kernel, output = k.inputChannels * taps;
  for (int residue = 0; residue < k.stride * k.stride; residue++) {
    Taps y = taps_of_class(k, residue / k.stride), x = taps_of_class(k, residue % k.stride);
    for (int i = 0; i < k.inputChannels; i += GROUP)
      for (int o = 0; o < k.outputChannels; o++)
        for (int r = 0; r < y.count; r++)
          for (int c = 0; c < x.count; c++)
            for (int g = 0; g < GROUP; g++) {
              int row = y.tap - r * k.stride, column = x.tap - c * k.stride;
              *arranged++ = i + g < k.inputChannels
                                ? weights[o * output + (i + g) * taps + row * k.kernel + column]
                                : 0;
            }
  }
  if (uses_winograd(k))
    arrange_for_winograd(k.inputChannels, k.outputChannels, weights + taps - 1, taps, output, -3,
                         -1, arranged);
}

// MARK: plans

// The smallest and the largest offset of a tap in any class.
static void offsets_of_taps(Convolution k, int *least, int *most) {
  *least = 0, *most = 0;
  for (int residue = 0; residue < k.stride; residue++) {
    Taps t = taps_of_class(k, residue);
    *least = smaller(*least, t.offset), *most = larger(*most, t.offset + t.count - 1);
  }
}

static Plan input_gradient_plan(Convolution k) {
  int least, most;
  offsets_of_taps(k, &least, &most);
  int rows = quotient_up(k.inputHeight, k.stride), columns = quotient_up(k.inputWidth, k.stride);
  int pitch = larger(k.outputWidth, columns + most) - least;
  return plan_strips(k.outputChannels, pitch, -least, rows, 1, most - least + 1);
}

static int32_t forward_strips(Convolution k) { return forward_plan(k).strips; }
static int32_t input_gradient_strips(Convolution k) { return input_gradient_plan(k).strips; }

// MARK: forward

static int64_t forward_scratch_count(Convolution k) {
  return strip_count(forward_plan(k)) + winograd_scratch_count(k.inputChannels);
}

static void convolution_forward(Convolution k, int32_t strip, const float *input,
                                const float *arranged, float *output, float *scratch) {
  Plan p = forward_plan(k);
  int first = strip * p.rows, rows = smaller(p.rows, k.outputHeight - first);
  long row = (long)k.outputWidth * LANES;
  Correlation c = {.source = scratch,
                   .sourceChannel = p.strip.channel,
                   .sourceRow = p.strip.row,
                   .step = k.stride,
                   .target = output + first * row,
                   .targetChannel = k.outputHeight * row,
                   .targetRow = row,
                   .targetColumn = LANES,
                   .sources = k.inputChannels,
                   .targets = k.outputChannels,
                   .rows = rows,
                   .columns = k.outputWidth,
                   .tapRows = k.kernel,
                   .tapColumns = k.kernel,
                   .weights = arranged};
  if (k.padding == 0) {  // the source needs no border
    c.sourceRow = (long)k.inputWidth * LANES;
    c.sourceChannel = k.inputHeight * c.sourceRow;
    c.source = input + first * k.stride * c.sourceRow;
  } else {
    fill_strip(p.strip, input, k.inputHeight, k.inputWidth, first * k.stride - k.padding,
               (rows - 1) * k.stride + k.kernel, scratch);
  }
  if (!uses_winograd(k)) return correlate(c);
  correlate_even_and_odd(c, arranged + arranged_count(c.targets, c.sources, k.kernel * k.kernel),
                         scratch + strip_count(p));
}

// MARK: gradient to the input

static int64_t input_gradient_scratch_count(Convolution k) {
  return strip_count(input_gradient_plan(k)) + winograd_scratch_count(k.outputChannels);
}

static void convolution_input_gradient(Convolution k, int32_t strip, const float *outputGradient,
                                       const float *arranged, float *inputGradient,
                                       float *scratch) {
  Plan p = input_gradient_plan(k);
  int least, most;
  offsets_of_taps(k, &least, &most);
  int first = strip * p.rows;
  fill_strip(p.strip, outputGradient, k.outputHeight, k.outputWidth, first + least, p.sourceRows,
             scratch);
  long row = (long)k.inputWidth * LANES;
  for (int a = 0; a < k.stride; a++)
    for (int b = 0; b < k.stride; b++) {
      Taps y = taps_of_class(k, a), x = taps_of_class(k, b);
      Correlation c = {
          .source = scratch + (y.offset - least) * p.strip.row + (x.offset - least) * LANES,
          .sourceChannel = p.strip.channel,
          .sourceRow = p.strip.row,
          .step = 1,
          .target = inputGradient + (first * k.stride + a) * row + b * LANES,
          .targetChannel = k.inputHeight * row,
          .targetRow = k.stride * row,
          .targetColumn = k.stride * LANES,
          .sources = k.outputChannels,
          .targets = k.inputChannels,
          .rows = smaller(p.rows, quotient_up(k.inputHeight - a, k.stride) - first),
          .columns = quotient_up(k.inputWidth - b, k.stride),
          .tapRows = y.count,
          .tapColumns = x.count,
          .weights = arranged};
      arranged += arranged_count(c.targets, c.sources, y.count * x.count);
      if (c.rows <= 0 || c.columns <= 0) continue;
      if (uses_winograd(k))
        correlate_even_and_odd(c, arranged, scratch + strip_count(p));
      else
        correlate(c);
    }
}

static const ConvolutionKernels convolution_kernels = {
    .weightCount = convolution_weight_count,
    .arrange = arrange_weights,
    .arrangeForInputGradient = arrange_weights_for_input_gradient,
    .forwardStrips = forward_strips,
    .forwardScratchCount = forward_scratch_count,
    .forward = convolution_forward,
    .inputGradientStrips = input_gradient_strips,
    .inputGradientScratchCount = input_gradient_scratch_count,
    .inputGradient = convolution_input_gradient,
    .weightGradientScratchCount = weight_gradient_scratch_count,
    .weightGradient = convolution_weight_gradient,
    .depthwise = depthwise,
    .depthwiseInputGradient = depthwise_input_gradient,
    .depthwiseWeightGradient = depthwise_weight_gradient};
