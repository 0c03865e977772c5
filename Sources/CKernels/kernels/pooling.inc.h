// Lanes and pooling, for one plane.

#pragma clang fp contract(fast)

// MARK: lanes

#define TILE 4  // a tile of TILE pixels by TILE examples is transposed in registers

INLINE void transpose_quads(quad *a) {
  quad p = __builtin_shufflevector(a[0], a[1], 0, 4, 1, 5);
  quad q = __builtin_shufflevector(a[2], a[3], 0, 4, 1, 5);
  quad r = __builtin_shufflevector(a[0], a[1], 2, 6, 3, 7);
  quad s = __builtin_shufflevector(a[2], a[3], 2, 6, 3, 7);
  a[0] = __builtin_shufflevector(p, q, 0, 1, 4, 5);
  a[1] = __builtin_shufflevector(p, q, 2, 3, 6, 7);
  a[2] = __builtin_shufflevector(r, s, 0, 1, 4, 5);
  a[3] = __builtin_shufflevector(r, s, 2, 3, 6, 7);
}

static void pack(
    const float *examples, int64_t stride, int64_t pixels, int32_t lanes, float *plane) {
  int64_t p = 0;
  for (; p + TILE <= pixels && lanes == LANES; p += TILE)
    for (int lane = 0; lane < LANES; lane += TILE) {
      quad tile[TILE];
      for (int i = 0; i < TILE; i++)
        memcpy(&tile[i], examples + (lane + i) * stride + p, sizeof(quad));
      transpose_quads(tile);
      for (int i = 0; i < TILE; i++)
        memcpy(plane + (p + i) * LANES + lane, &tile[i], sizeof(quad));
    }
  for (; p < pixels; p++)
    for (int lane = 0; lane < LANES; lane++)
      plane[p * LANES + lane] = lane < lanes ? examples[lane * stride + p] : 0;
}

static void unpack(
    const float *plane, int64_t pixels, int32_t lanes, int64_t stride, float *examples) {
  int64_t p = 0;
  for (; p + TILE <= pixels && lanes == LANES; p += TILE)
    for (int lane = 0; lane < LANES; lane += TILE) {
      quad tile[TILE];
      for (int i = 0; i < TILE; i++)
        memcpy(&tile[i], plane + (p + i) * LANES + lane, sizeof(quad));
      transpose_quads(tile);
      for (int i = 0; i < TILE; i++)
        memcpy(examples + (lane + i) * stride + p, &tile[i], sizeof(quad));
    }
  for (; p < pixels; p++)
    for (int lane = 0; lane < lanes; lane++)
      examples[lane * stride + p] = plane[p * LANES + lane];
}

// MARK: one window that is the plane

static void plane_mean(const float *plane, int64_t pixels, float *means) {
  double sums[LANES] = {0};
  for (int64_t first = 0; first < pixels; first += CHUNK) {
    vector sum[SUMS] = {0};
    FOR_EACH_VECTOR(smaller(CHUNK, pixels - first) * LANES,
                    sum[j] += load(plane + first * LANES + i);)
    for (int j = 0; j < SUMS; j++)
      for (int k = 0; k < VECTOR; k++) sums[(j * VECTOR + k) % LANES] += sum[j][k];
  }
  for (int i = 0; i < LANES; i++) means[i] = sums[i] / pixels;
}

static void spread(const float *numbers, int64_t pixels, float *plane) {
  vector v[PER_PIXEL];
  for (int i = 0; i < PER_PIXEL; i++) v[i] = load(numbers + i * VECTOR);
  for (int64_t p = 0; p < pixels; p++)
    for (int i = 0; i < PER_PIXEL; i++) store(plane + p * LANES + i * VECTOR, v[i]);
}

// MARK: windows

// Calls `BODY` with `in`, the offset of each of a window's pixels, for the window at row y and
// column x of the output.
#define FOR_EACH_PIXEL(BODY)                                             \
  for (int r = 0; r < k.size; r++)                                       \
    for (int c = 0; c < k.size; c++) {                                   \
      int row = y * k.stride + r - k.padding;                            \
      int column = x * k.stride + c - k.padding;                         \
      if (row < 0 || row >= k.inputHeight) continue;                     \
      if (column < 0 || column >= k.inputWidth) continue;                \
      long in = ((long)row * k.inputWidth + column) * LANES + lane;      \
      BODY                                                               \
    }

// Calls `BODY` with `out`, the offset of each vector of the output.
#define FOR_EACH_WINDOW(BODY)                                            \
  for (int y = 0; y < k.outputHeight; y++)                               \
    for (int x = 0; x < k.outputWidth; x++)                              \
      for (int lane = 0; lane < LANES; lane += VECTOR) {                 \
        long out = ((long)y * k.outputWidth + x) * LANES + lane;         \
        BODY                                                             \
      }

static void average(Pooling k, const float *input, float *output) {
  vector share = broadcast(1.0f / (k.size * k.size));
  FOR_EACH_WINDOW({
    vector sum = {0};
    FOR_EACH_PIXEL(sum += load(input + in);)
    store(output + out, sum * share);
  })
}

static void average_gradient(Pooling k, const float *outputGradient, float *inputGradient) {
  vector share = broadcast(1.0f / (k.size * k.size));
  memset(inputGradient, 0, sizeof(float) * LANES * k.inputHeight * k.inputWidth);
  FOR_EACH_WINDOW({
    vector g = load(outputGradient + out) * share;
    FOR_EACH_PIXEL(store(inputGradient + in, load(inputGradient + in) + g);)
  })
}

static void pooled_maximum(Pooling k, const float *input, float *output) {
  FOR_EACH_WINDOW({
    vector most = broadcast(-INFINITY);
    FOR_EACH_PIXEL({
      vector v = load(input + in);
      ivector greater = ~(v <= most) & (most == most);  // so that NaN wins and stays
      most = (vector)(((ivector)v & greater) | ((ivector)most & ~greater));
    })
    store(output + out, most);
  })
}

static void maximum_gradient(
    Pooling k, const float *input, const float *output, const float *outputGradient,
    float *inputGradient) {
  memset(inputGradient, 0, sizeof(float) * LANES * k.inputHeight * k.inputWidth);
  FOR_EACH_WINDOW({
    vector most = load(output + out);
    vector g = load(outputGradient + out);
    ivector open = ~(ivector){0};
    FOR_EACH_PIXEL({
      ivector hit = (load(input + in) == most) & open;
      open &= ~hit;
      store(inputGradient + in, load(inputGradient + in) + (vector)((ivector)g & hit));
    })
  })
}

static const PoolingKernels pooling_kernels = {
    .pack = pack, .unpack = unpack, .mean = plane_mean, .spread = spread, .average = average,
    .averageGradient = average_gradient, .maximum = pooled_maximum, .maximumGradient = maximum_gradient};
