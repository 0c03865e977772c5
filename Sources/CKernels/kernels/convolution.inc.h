// Convolution of one lane block, without im2col. The source's rows are copied once into a strip
// with a border of zeros, so that no loop knows of edges; then tiles of 4 channels by PIXELS
// pixels by one vector of examples stay in registers over all channels and taps of the source.
// The gradient to the input is the same loop over the gradient of the output, once for each of
// the stride^2 classes of input pixels, which see different taps.

#pragma clang fp contract(fast)

#define LANES 16
#if VECTOR == 16 || defined(__aarch64__)  // 32 vector registers
#define PIXELS 4
#else
#define PIXELS 2  // more, and a sum is spilled in every turn of the loop
#endif
#define GROUP 4    // channels in a register tile
#define SLAB 16    // source channels whose pixels stay in the first-level cache together
#define STRIP 65536  // floats of a strip of padded rows: half of a second-level cache

INLINE int larger(int a, int b) { return a > b ? a : b; }
INLINE int quotient_up(int a, int b) { return (a + b - 1) / b; }

// MARK: strips with a border

// Rows of a source with zeros around them: [channels, rows, pitch, LANES], where channels are
// `channel` floats apart, an odd multiple of 5 cache lines away from 4 KiB, so that the same
// pixels of neighbouring channels do not compete for the same lines.
typedef struct {
  int channels, pitch, left;
  long row, channel;
} Strip;

INLINE Strip strip_shape(int channels, int rows, int pitch, int left) {
  Strip s = {.channels = channels, .pitch = pitch, .left = left, .row = (long)pitch * LANES};
  long lines = (long)rows * pitch;
  s.channel = (lines + (5 - lines % 64 + 64) % 64) * LANES;
  return s;
}

// Copies rows `first ..< first + rows` of planes of `height` by `width`.
static void fill_strip(
    Strip s, const float *source, int height, int width, int first, int rows, float *strip) {
  int kept = smaller(width, s.pitch - s.left);
  for (int c = 0; c < s.channels; c++)
    for (int r = 0; r < rows; r++) {
      float *to = strip + c * s.channel + r * s.row;
      int y = first + r;
      if (y < 0 || y >= height) {
        memset(to, 0, s.row * sizeof(float));
        continue;
      }
      memset(to, 0, s.left * LANES * sizeof(float));
      memcpy(to + s.left * LANES, source + ((long)c * height + y) * width * LANES,
             kept * LANES * sizeof(float));
      memset(to + (s.left + kept) * LANES, 0, (s.pitch - s.left - kept) * LANES * sizeof(float));
    }
}

// MARK: correlation

// target[t][i][j] = sum over s, r, c of weights[t][s][r][c] * source[s][i * step + r][j * step + c]
typedef struct {
  const float *source, *weights;  // weights: [targets / GROUP][sources][tapRows][tapColumns][GROUP]
  float *target;
  long sourceChannel, sourceRow, sourceRowStep, sourceStep;
  long targetChannel, targetRow, targetStep;
  int sources, targets, rows, columns, tapRows, tapColumns;
} Correlation;

INLINE void correlate_tile(
    const Correlation *k, const float *const *source, float *const *target, const float *weights,
    int first, int sources, int group, int tapRows, int tapColumns) {
  for (int lane = 0; lane < LANES; lane += VECTOR) {
    vector sum[GROUP][PIXELS];
    const float *w = weights;
    for (int g = 0; g < GROUP; g++)
      for (int p = 0; p < PIXELS; p++)
        sum[g][p] = first && g < group ? load(target[p] + g * k->targetChannel + lane)
                                       : (vector){0};
    long offset = (long)first * k->sourceChannel + lane;
    for (int s = 0; s < sources; s++, offset += k->sourceChannel)
      for (int r = 0; r < tapRows; r++)
        for (int c = 0; c < tapColumns; c++, w += GROUP) {
          vector x[PIXELS];
          for (int p = 0; p < PIXELS; p++)
            x[p] = load(source[p] + offset + r * k->sourceRow + c * LANES);
          for (int g = 0; g < GROUP; g++) {
            vector weight = broadcast(w[g]);
            for (int p = 0; p < PIXELS; p++) sum[g][p] = weight * x[p] + sum[g][p];
          }
        }
    for (int g = 0; g < GROUP; g++)
      if (g < group)
        for (int p = 0; p < PIXELS; p++)
          store(target[p] + g * k->targetChannel + lane, sum[g][p]);
  }
}

INLINE void correlate_taps(const Correlation *k, int tapRows, int tapColumns) {
  int row = 0, column = 0, count = k->rows * k->columns;
  for (int i = 0; i < count; i += PIXELS) {
    const float *source[PIXELS];
    float *target[PIXELS];
    for (int p = 0; p < PIXELS; p++) {  // past the end, the last pixel again
      source[p] = k->source + row * k->sourceRowStep + column * k->sourceStep;
      target[p] = k->target + row * k->targetRow + column * k->targetStep;
      if (i + p + 1 < count && ++column == k->columns) column = 0, row++;
    }
    for (int s = 0; s < k->sources; s += SLAB)
      for (int t = 0; t < k->targets; t += GROUP) {
        float *shifted[PIXELS];
        for (int p = 0; p < PIXELS; p++) shifted[p] = target[p] + t * k->targetChannel;
        const float *w =
            k->weights + ((long)t * k->sources + (long)s * GROUP) * tapRows * tapColumns;
        correlate_tile(k, source, shifted, w, s, smaller(SLAB, k->sources - s),
                       smaller(GROUP, k->targets - t), tapRows, tapColumns);
      }
  }
}

static void correlate(Correlation k) {
  switch (k.tapRows * 8 + k.tapColumns) {
    case 3 * 8 + 3: return correlate_taps(&k, 3, 3);
    case 2 * 8 + 2: return correlate_taps(&k, 2, 2);
    case 2 * 8 + 1: return correlate_taps(&k, 2, 1);
    case 1 * 8 + 2: return correlate_taps(&k, 1, 2);
    case 1 * 8 + 1: return correlate_taps(&k, 1, 1);
    default: return correlate_taps(&k, k.tapRows, k.tapColumns);
  }
}

// MARK: weights

static int64_t convolution_weight_count(Convolution k) {
  int64_t taps = (int64_t)k.kernel * k.kernel;
  int outputs = quotient_up(k.outputChannels, GROUP) * GROUP;
  int inputs = quotient_up(k.inputChannels, GROUP) * GROUP;
  return taps * larger(outputs * k.inputChannels, inputs * k.outputChannels);
}

static void arrange_weights(Convolution k, const float *weights, float *arranged) {
  int taps = k.kernel * k.kernel;
  for (int o = 0; o < k.outputChannels; o += GROUP)
    for (int i = 0; i < k.inputChannels; i++)
      for (int t = 0; t < taps; t++)
        for (int g = 0; g < GROUP; g++)
          *arranged++ = o + g < k.outputChannels
                            ? weights[((long)(o + g) * k.inputChannels + i) * taps + t]
                            : 0;
}

// The taps that input row (or column) `class + stride * i` sees: `count` of them, of which the
// first in the order of the output's rows is kernel row `tap`, at output row i + `offset`; the
// next is kernel row tap - stride at output row i + offset + 1.
typedef struct {
  int tap, count, offset;
} Taps;

INLINE Taps taps_of_class(Convolution k, int class) {
  Taps t = {0};
  int least = (class + k.padding) % k.stride;
  if (least >= k.kernel) return t;
  t.count = (k.kernel - 1 - least) / k.stride + 1;
  t.tap = least + (t.count - 1) * k.stride;
  // class + padding - tap is a multiple of the stride, of either sign
  t.offset = (class + k.padding - t.tap) / k.stride;
  return t;
}

static void arrange_weights_for_input_gradient(
    Convolution k, const float *weights, float *arranged) {
  for (int a = 0; a < k.stride; a++)
    for (int b = 0; b < k.stride; b++) {
      Taps y = taps_of_class(k, a), x = taps_of_class(k, b);
      for (int i = 0; i < k.inputChannels; i += GROUP)
        for (int o = 0; o < k.outputChannels; o++)
          for (int r = 0; r < y.count; r++)
            for (int c = 0; c < x.count; c++)
              for (int g = 0; g < GROUP; g++) {
                long from = ((long)o * k.inputChannels + i + g) * k.kernel + y.tap - r * k.stride;
                *arranged++ = i + g < k.inputChannels
                                  ? weights[from * k.kernel + x.tap - c * k.stride]
                                  : 0;
              }
    }
}

// MARK: plans: how many rows a strip has

typedef struct {
  int rows, strips;  // of the target, in a strip; strips in all
  int sourceRows;    // rows of the source that a strip needs
  Strip strip;
} Plan;

INLINE Plan plan_strips(
    int channels, int pitch, int left, int targetRows, int step, int extent) {
  long wide = (long)channels * pitch * LANES;
  int rows = larger(1, ((int)(STRIP / wide) - extent) / step + 1);
  Plan p = {.strips = quotient_up(targetRows, smaller(rows, targetRows))};
  p.rows = quotient_up(targetRows, p.strips);
  p.strips = quotient_up(targetRows, p.rows);
  p.sourceRows = (p.rows - 1) * step + extent;
  p.strip = strip_shape(channels, p.sourceRows, pitch, left);
  return p;
}

INLINE Plan forward_plan(Convolution k) {
  int pitch = larger(k.padding + k.inputWidth, (k.outputWidth - 1) * k.stride + k.kernel);
  return plan_strips(
      k.inputChannels, pitch, k.padding, k.outputHeight, k.stride, k.kernel);
}

// The least and the greatest offset of a tap in any class.
INLINE void offsets_of_taps(Convolution k, int *least, int *most) {
  *least = 0, *most = 0;
  for (int a = 0; a < k.stride; a++) {
    Taps t = taps_of_class(k, a);
    *least = smaller(*least, t.offset), *most = larger(*most, t.offset + t.count - 1);
  }
}

INLINE Plan input_gradient_plan(Convolution k) {
  int least, most;
  offsets_of_taps(k, &least, &most);
  int rows = quotient_up(k.inputHeight, k.stride), columns = quotient_up(k.inputWidth, k.stride);
  int pitch = larger(k.outputWidth, columns + most) - least;
  return plan_strips(k.outputChannels, pitch, -least, rows, 1, most - least + 1);
}

static int32_t forward_strips(Convolution k) { return forward_plan(k).strips; }
static int32_t input_gradient_strips(Convolution k) { return input_gradient_plan(k).strips; }

static int64_t convolution_scratch_count(Convolution k) {
  Plan f = forward_plan(k), g = input_gradient_plan(k);
  int64_t a = f.strip.channel * f.strip.channels, b = g.strip.channel * g.strip.channels;
  return a > b ? a : b;
}

// MARK: the three products

static void convolution_forward(
    Convolution k, int32_t strip, const float *input, const float *arranged, float *output,
    float *scratch) {
  Plan p = forward_plan(k);
  int first = strip * p.rows, rows = smaller(p.rows, k.outputHeight - first);
  Correlation c = {
      .source = scratch, .sourceChannel = p.strip.channel, .sourceRow = p.strip.row,
      .weights = arranged, .sources = k.inputChannels, .targets = k.outputChannels,
      .sourceStep = k.stride * LANES, .rows = rows, .columns = k.outputWidth,
      .target = output + (long)first * k.outputWidth * LANES,
      .targetChannel = (long)k.outputHeight * k.outputWidth * LANES,
      .targetRow = (long)k.outputWidth * LANES, .targetStep = LANES,
      .tapRows = k.kernel, .tapColumns = k.kernel};
  if (k.padding == 0) {
    c.source = input + (long)first * k.stride * k.inputWidth * LANES;
    c.sourceRow = (long)k.inputWidth * LANES;
    c.sourceChannel = k.inputHeight * c.sourceRow;
  } else {
    fill_strip(p.strip, input, k.inputHeight, k.inputWidth, first * k.stride - k.padding,
               (rows - 1) * k.stride + k.kernel, scratch);
  }
  c.sourceRowStep = c.sourceRow * k.stride;
  correlate(c);
}

static void convolution_input_gradient(
    Convolution k, int32_t strip, const float *outputGradient, const float *arranged,
    float *inputGradient, float *scratch) {
  Plan p = input_gradient_plan(k);
  int least, most;
  offsets_of_taps(k, &least, &most);
  int first = strip * p.rows;
  fill_strip(p.strip, outputGradient, k.outputHeight, k.outputWidth, first + least, p.sourceRows,
             scratch);
  for (int a = 0; a < k.stride; a++)
    for (int b = 0; b < k.stride; b++) {
      Taps y = taps_of_class(k, a), x = taps_of_class(k, b);
      int rows = smaller(p.rows, quotient_up(k.inputHeight - a, k.stride) - first);
      Correlation c = {
          .source = scratch + (y.offset - least) * p.strip.row + (x.offset - least) * LANES,
          .sourceChannel = p.strip.channel, .sourceRow = p.strip.row,
          .sourceRowStep = p.strip.row, .sourceStep = LANES,
          .weights = arranged, .sources = k.outputChannels, .targets = k.inputChannels,
          .rows = rows, .columns = quotient_up(k.inputWidth - b, k.stride),
          .target = inputGradient
                    + ((long)(first * k.stride + a) * k.inputWidth + b) * LANES,
          .targetChannel = (long)k.inputHeight * k.inputWidth * LANES,
          .targetRow = (long)k.stride * k.inputWidth * LANES, .targetStep = k.stride * LANES,
          .tapRows = y.count, .tapColumns = x.count};
      if (rows > 0 && c.columns > 0) correlate(c);
      arranged += (long)quotient_up(k.inputChannels, GROUP) * GROUP * k.outputChannels * y.count
                  * x.count;
    }
}

// A tile of GROUP output channels by 3 columns of the weights (an input channel at one tap) stays
// in registers over a few rows of pixels.
#define COLUMNS 3

typedef float quad __attribute__((vector_size(16)));
INLINE quad quarter(vector v, int i) {
  quad q;
  __builtin_memcpy(&q, (const float *)&v + 4 * i, sizeof q);
  return q;
}
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
INLINE quad sums(vector a, vector b, vector c, vector d) {
  quad p = fold(a), q = fold(b), r = fold(c), s = fold(d);
  quad pq = __builtin_shufflevector(p, q, 0, 4, 1, 5) + __builtin_shufflevector(p, q, 2, 6, 3, 7);
  quad rs = __builtin_shufflevector(r, s, 0, 4, 1, 5) + __builtin_shufflevector(r, s, 2, 6, 3, 7);
  return __builtin_shufflevector(pq, rs, 0, 1, 4, 5) + __builtin_shufflevector(pq, rs, 2, 3, 6, 7);
}

INLINE void gradient_tile(
    const float *const *source, const float *const *gradient, long sourceRowStep,
    long sourceStep, int rows, int columns, quad *result) {
  vector sum[COLUMNS][GROUP] = {0};
  for (int r = 0; r < rows; r++) {
    long from = r * sourceRowStep, at = (long)r * columns * LANES;
    for (int q = 0; q < columns; q++, from += sourceStep - LANES)
      for (int lane = 0; lane < LANES; lane += VECTOR, from += VECTOR, at += VECTOR) {
        vector x[COLUMNS];
        for (int c = 0; c < COLUMNS; c++) x[c] = load(source[c] + from);
        for (int g = 0; g < GROUP; g++) {
          vector d = load(gradient[g] + at);
          for (int c = 0; c < COLUMNS; c++) sum[c][g] = d * x[c] + sum[c][g];
        }
      }
  }
  for (int c = 0; c < COLUMNS; c++)
    result[c] = sums(sum[c][0], sum[c][1], sum[c][2], sum[c][3]);
}

static void convolution_weight_gradient(
    Convolution k, int32_t firstChannel, int32_t lastChannel, const float *input,
    const float *outputGradient, float *gradient, float *scratch) {
  Plan p = forward_plan(k);
  long plane = (long)k.outputHeight * k.outputWidth * LANES;
  int taps = k.kernel * k.kernel, width = k.inputChannels * taps;
  // Rows whose gradients, in GROUP channels, fill about half of the first-level cache.
  int block = larger(1, 60 / k.outputWidth);
  for (int strip = 0; strip < p.strips; strip++) {
    int first = strip * p.rows, end = smaller(first + p.rows, k.outputHeight);
    fill_strip(p.strip, input, k.inputHeight, k.inputWidth, first * k.stride - k.padding,
               (end - first - 1) * k.stride + k.kernel, scratch);
    for (int y = first; y < end; y += block) {
      const float *top = scratch + (y - first) * k.stride * p.strip.row;
      int rows = smaller(block, end - y);
      for (int o = firstChannel; o < lastChannel; o += GROUP) {
        const float *gradients[GROUP];
        for (int g = 0; g < GROUP; g++)
          gradients[g] = outputGradient + smaller(o + g, lastChannel - 1) * plane
                         + (long)y * k.outputWidth * LANES;
        for (int w = 0; w < width; w += COLUMNS) {
          const float *source[COLUMNS];
          for (int c = 0; c < COLUMNS; c++) {
            int at = smaller(w + c, width - 1), tap = at % taps;
            source[c] = top + at / taps * p.strip.channel + tap / k.kernel * p.strip.row
                        + tap % k.kernel * LANES;
          }
          quad result[COLUMNS];
          gradient_tile(source, gradients, p.strip.row * k.stride, k.stride * LANES, rows,
                        k.outputWidth, result);
          for (int g = 0; g < GROUP && o + g < lastChannel; g++)
            for (int c = 0; c < COLUMNS && w + c < width; c++)
              gradient[(long)(o + g) * width + w + c] += result[c][g];
        }
      }
    }
  }
}

static const ConvolutionKernels convolution_kernels = {
    .weightCount = convolution_weight_count, .scratchCount = convolution_scratch_count,
    .arrange = arrange_weights, .arrangeForInputGradient = arrange_weights_for_input_gradient,
    .forwardStrips = forward_strips, .forward = convolution_forward,
    .inputGradientStrips = input_gradient_strips, .inputGradient = convolution_input_gradient,
    .weightGradient = convolution_weight_gradient};
