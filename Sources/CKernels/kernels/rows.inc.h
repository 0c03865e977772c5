// Softmax and the losses made of it, row by row.

#pragma clang fp contract(fast)

#include <math.h>

// exp((z − max) / τ); 0 for the −∞ that fills up a row.
INLINE vector exponential_part(const float *z, ptrdiff_t count, float largest, float scale) {
  return exponential((load_part(z, count, -INFINITY) - largest) * scale);
}

static double sum_of_exponentials(ptrdiff_t columns, const float *z, float largest, float scale) {
  dvector sums = {0};
  for (ptrdiff_t c = 0; c < columns; c += VECTOR)
    sums += in_double(exponential_part(z + c, columns - c, largest, scale));
  return sum_of_double_lanes(sums);
}

static void softmax(ptrdiff_t rows, ptrdiff_t columns, float scale, const float *z, float *y) {
  for (ptrdiff_t r = 0; r < rows; r++, z += columns, y += columns) {
    float largest = largest_of(columns, z);
    dvector sums = {0};
    for (ptrdiff_t c = 0; c < columns; c += VECTOR) {
      vector e = exponential_part(z + c, columns - c, largest, scale);
      sums += in_double(e);
      store_part(y + c, columns - c, e);
    }
    float inverse = (float)(1 / sum_of_double_lanes(sums));
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
    float normalizer = (float)log(sum_of_exponentials(columns, z, largest, scale));
    for (ptrdiff_t c = 0; c < columns; c++) y[c] = (z[c] - largest) * scale - normalizer;
  }
}

static void log_softmax_gradient(ptrdiff_t rows, ptrdiff_t columns, float scale, const float *y,
                                 const float *dy, float *dz) {
  for (ptrdiff_t r = 0; r < rows; r++, y += columns, dy += columns, dz += columns) {
    float total = (float)sum(columns, dy);
    for (ptrdiff_t c = 0; c < columns; c += VECTOR) {
      ptrdiff_t count = columns - c;
      vector p = exponential(load_part(y + c, count, 0));
      store_part(dz + c, count, (load_part(dy + c, count, 0) - p * total) * scale);
    }
  }
}

static double cross_entropy(ptrdiff_t rows, ptrdiff_t columns, double smoothing, double weight,
                            const float *z, const ptrdiff_t *labels, float *dz) {
  double loss = 0, share = smoothing / (double)columns;
  for (ptrdiff_t r = 0; r < rows; r++, z += columns, dz += columns) {
    ptrdiff_t label = labels[r];
    float largest = largest_of(columns, z);
    dvector sums = {0};
    for (ptrdiff_t c = 0; c < columns; c += VECTOR) {
      vector e = exponential_part(z + c, columns - c, largest, 1);
      sums += in_double(e);
      store_part(dz + c, columns - c, e);
    }
    double total = sum_of_double_lanes(sums), e = dz[label];
    double mean = sum(columns, z) / (double)columns;
    loss += log(total) + ((double)largest - z[label] + smoothing * (z[label] - mean));
    float factor = (float)(weight / total), rest = (float)(weight * share);
    for (ptrdiff_t c = 0; c < columns; c++) dz[c] = dz[c] * factor - rest;
    dz[label] = (float)(weight * ((e - total) / total + (smoothing - share)));
  }
  return loss;
}

// With w = log(q / p) and φ(w) = e^w − 1 − w, KL(p ‖ q) = Σ p φ(w), since Σ p = Σ q. No term is
// negative, so that none cancel, and an error in the normalizers of p and q enters squared. Where w
// is small, φ is a series, and q − p = p (w + φ(w)).
static double kl_divergence(ptrdiff_t rows, ptrdiff_t columns, double scale, double weight,
                            const float *z, const float *t, float *dz) {
  double loss = 0;
  for (ptrdiff_t r = 0; r < rows; r++, z += columns, t += columns, dz += columns) {
    float largestZ = largest_of(columns, z), largestT = largest_of(columns, t);
    double sumZ = sum_of_exponentials(columns, z, largestZ, (float)scale);
    double sumT = sum_of_exponentials(columns, t, largestT, (float)scale);
    double shift = (double)largestZ - largestT, ratio = log(sumZ / sumT);
    float inverseZ = (float)(1 / sumZ), inverseT = (float)(1 / sumT);
    dvector losses = {0};
    for (ptrdiff_t c = 0; c < columns; c += VECTOR) {
      ptrdiff_t count = columns - c;
      vector q = exponential_part(z + c, count, largestZ, (float)scale) * inverseZ;
      vector p = exponential_part(t + c, count, largestT, (float)scale) * inverseT;
      dvector student = in_double(load_part(z + c, count, 0));
      dvector teacher = in_double(load_part(t + c, count, 0));
      vector w = __builtin_convertvector((student - teacher - shift) * scale - ratio, vector);
      vector series = broadcast(1 / 40320.f);
      series = series * w + 1 / 5040.f;
      series = series * w + 1 / 720.f;
      series = series * w + 1 / 120.f;
      series = series * w + 1 / 24.f;
      series = series * w + 1 / 6.f;
      series = (series * w + 1 / 2.f) * (w * w);
      ivector small = (ivector)(w * w < 0.25f);
      vector change = select_lanes(small, p * (w + series), q - p);
      // Where p is 0, w may be −∞, and its product with p is 0.
      vector term = select_lanes((ivector)(p > 0), change - p * w, change);
      losses += in_double(select_lanes(small, p * series, term));
      store_part(dz + c, count, change * (float)weight);
    }
    loss += sum_of_double_lanes(losses);
  }
  return loss;
}

static void center(ptrdiff_t rows, ptrdiff_t columns, const float *restrict x,
                   float *restrict y) {
  for (ptrdiff_t r = 0; r < rows; r++, x += columns, y += columns) {
    const double mean = sum(columns, x) / columns;
    for (ptrdiff_t k = 0; k < columns; k++) y[k] = (float)(x[k] - mean);
  }
}

static void divide_by_sum(ptrdiff_t rows, ptrdiff_t columns, const float *restrict x,
                          float *restrict y, double *restrict inverses) {
  for (ptrdiff_t r = 0; r < rows; r++, x += columns, y += columns) {
    const double total = sum(columns, x);
    const double inverse = inverses[r] = fabs(total) < FLT_MIN ? 0 : 1 / total;
    for (ptrdiff_t k = 0; k < columns; k++) y[k] = (float)(x[k] * inverse);
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
  .center = center,
  .divideBySum = divide_by_sum,
  .divideBySumGradient = divide_by_sum_gradient,
};
