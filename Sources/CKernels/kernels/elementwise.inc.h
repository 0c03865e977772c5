#pragma once

// Passes over arrays. The compiler vectorises the plain loops.

#include <float.h>
#include <math.h>

#include "elementwise.h"
#include "functions.inc.h"
#include "gelu.inc.h"

// Functions of two numbers.

#define BINARY(name, op)                                                          \
  static void name(ptrdiff_t count, const float *restrict a, ptrdiff_t aStep,     \
                   const float *restrict b, ptrdiff_t bStep, float *restrict y) { \
    if (aStep && bStep) {                                                         \
      for (ptrdiff_t i = 0; i < count; i++) y[i] = a[i] op b[i];                  \
    } else if (aStep) {                                                           \
      float scalar = *b;                                                          \
      for (ptrdiff_t i = 0; i < count; i++) y[i] = a[i] op scalar;                \
    } else if (bStep) {                                                           \
      float scalar = *a;                                                          \
      for (ptrdiff_t i = 0; i < count; i++) y[i] = scalar op b[i];                \
    } else {                                                                      \
      float scalar = a[0] op b[0];                                                \
      for (ptrdiff_t i = 0; i < count; i++) y[i] = scalar;                        \
    }                                                                             \
  }
BINARY(add, +)
BINARY(subtract, -)
BINARY(multiply, *)
BINARY(divide, /)

// Functions of one number: y = f(x), then dx = f′(x) dy.

#define VALUE(name, f)                                                                   \
  static void name##_value(ptrdiff_t count, float parameter, const float *restrict from, \
                           float *restrict to) {                                         \
    (void)parameter;                                                                     \
    for (ptrdiff_t i = 0; i < count; i++) {                                              \
      float x = from[i];                                                                 \
      to[i] = f;                                                                         \
    }                                                                                    \
  }
#define VALUE_BY_VECTORS(name, f)                                                        \
  static void name##_value(ptrdiff_t count, float parameter, const float *restrict from, \
                           float *restrict to) {                                         \
    (void)parameter;                                                                     \
    for (ptrdiff_t i = 0; i < count; i += VECTOR) {                                      \
      vector x = load_part(from + i, count - i, 1);                                      \
      store_part(to + i, count - i, f);                                                  \
    }                                                                                    \
  }
#define GRADIENT(name, derivative)                                                        \
  static void name##_gradient(ptrdiff_t count, float parameter, const float *restrict xs, \
                              const float *restrict ys, const float *restrict dys,        \
                              float *restrict dxs) {                                      \
    (void)parameter;                                                                      \
    for (ptrdiff_t i = 0; i < count; i++) {                                               \
      float x = xs[i], y = ys[i], dy = dys[i];                                            \
      (void)x, (void)y;                                                                   \
      dxs[i] = derivative;                                                                \
    }                                                                                     \
  }
#define GRADIENT_BY_VECTORS(name, derivative)                                             \
  static void name##_gradient(ptrdiff_t count, float parameter, const float *restrict xs, \
                              const float *restrict ys, const float *restrict dys,        \
                              float *restrict dxs) {                                      \
    (void)parameter, (void)ys;                                                            \
    for (ptrdiff_t i = 0; i < count; i += VECTOR) {                                       \
      vector x = load_part(xs + i, count - i, 1), dy = load_part(dys + i, count - i, 0);  \
      store_part(dxs + i, count - i, (derivative)*dy);                                    \
    }                                                                                     \
  }

VALUE(scale, (parameter * x))
GRADIENT(scale, (parameter * dy))

VALUE(square, (x * x))
GRADIENT(square, 2 * x * dy)

VALUE(square_root, __builtin_elementwise_sqrt(x))
GRADIENT(square_root, y > 0 ? 0.5f * dy / y : 0)

// The inverse of a number below the smallest normal one exceeds Float32, so such a number counts as
// 0.
VALUE(reciprocal, __builtin_fabsf(x) < FLT_MIN ? 0 : 1 / x)
GRADIENT(reciprocal, (-y * y * dy))

VALUE_BY_VECTORS(exponential, exponential(x))
GRADIENT(exponential, (y * dy))

VALUE_BY_VECTORS(logarithm, logarithm(x))
GRADIENT(logarithm, dy / x)

VALUE(absolute, __builtin_fabsf(x))
GRADIENT(absolute, x > 0 ? dy : x < 0 ? -dy : 0)

VALUE(rectify, x < 0 ? 0 : x)
GRADIENT(rectify, x > 0 ? dy : 0)

// Both functions and their derivatives are made of e = exp(−|x|) or its square, which cannot
// overflow, so that no figure of a number near a limit is lost.

INLINE vector magnitude_lanes(vector x) { return (vector)((ivector)x & 0x7fffffff); }

// 1/(1 + e) for x ≥ 0, and e/(1 + e) below.
INLINE vector sigmoid(vector x) {
  vector e = exponential(-magnitude_lanes(x)), right = 1 / (1 + e);
  return select_lanes((ivector)(x < 0), e * right, right);
}
// e/(1 + e)².
INLINE vector sigmoid_slope(vector x) {
  vector e = exponential(-magnitude_lanes(x)), right = 1 / (1 + e);
  return e * right * right;
}
VALUE_BY_VECTORS(sigmoid, sigmoid(x))
GRADIENT_BY_VECTORS(sigmoid, sigmoid_slope(x))

// max(x, 0) + ln(1 + e). With u = 1 + e, rounded, ln(1 + e) = e ln(u) / (u − 1) up to rounding: the
// quotient varies slowly, so that u may be off (Kahan's, as in Goldberg 1991).
INLINE vector softplus(vector x) {
  vector e = exponential(-magnitude_lanes(x)), u = 1 + e, rest = u - 1;
  ivector is_lost = (ivector)(rest == 0);
  vector divisor = select_lanes(is_lost, broadcast(1), rest);
  return positive_lanes(x) + select_lanes(is_lost, e, e * (logarithm(u) / divisor));
}
VALUE_BY_VECTORS(softplus, softplus(x))
GRADIENT_BY_VECTORS(softplus, sigmoid(x))

// 1 − 2e²/(1 + e²) with the sign of x, and near 0, where that cancels, a polynomial (Moshier's, as
// in the Cephes library).
INLINE vector tangent(vector x) {
  vector m = magnitude_lanes(x), s = x * x, p = s * -5.70498872745e-3f + 2.06390887954e-2f;
  p = p * s - 5.37397155531e-2f;
  p = p * s + 1.33314422036e-1f;
  p = p * s - 3.33332819422e-1f;
  vector e = exponential(-2 * m), far = 1 - 2 * e / (1 + e);
  far = (vector)((ivector)far | ((ivector)x & (ivector)broadcast(-0.0f)));
  return select_lanes((ivector)(m < 0.625f), x + x * s * p, far);
}
// 1/cosh² x = 4e²/(1 + e²)².
INLINE vector tangent_slope(vector x) {
  vector e = exponential(-2 * magnitude_lanes(x)), right = 1 / (1 + e);
  return 4 * e * right * right;
}
VALUE_BY_VECTORS(tangent, tangent(x))
GRADIENT_BY_VECTORS(tangent, tangent_slope(x))

VALUE_BY_VECTORS(gelu, gelu(x))
GRADIENT_BY_VECTORS(gelu, gelu_slope(x))

VALUE(cap, x > parameter ? parameter : x)
GRADIENT(cap, x < parameter ? dy : 0)

// m (|x| − m / 2) with m = min(|x|, δ) covers both branches.
INLINE float huber(float x, float delta) {
  float magnitude = __builtin_fabsf(x), m = magnitude < delta ? magnitude : delta;
  return m * (magnitude - 0.5f * m);
}
VALUE(huber, huber(x, parameter))
GRADIENT(huber, (x < -parameter ? -parameter : x > parameter ? parameter : x) * dy)

static void accumulate(ptrdiff_t count, const float *restrict x, float *restrict y) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] += x[i];
}

// The factor, or its absence, is a constant in the functions that inline this.
INLINE void polynomial_of(ptrdiff_t count, ptrdiff_t terms, const double *coefficients,
                          const float *from, const float *factor, float *to) {
  for (ptrdiff_t i = 0; i < count; i += VECTOR) {
    dvector x = in_double(load_part(from + i, count - i, 0)), sum = {0};
    for (ptrdiff_t k = terms; k-- > 0;) sum = sum * x + coefficients[k];
    if (factor) sum *= in_double(load_part(factor + i, count - i, 0));
    store_part(to + i, count - i, __builtin_convertvector(sum, vector));
  }
}

static void polynomial(ptrdiff_t count, ptrdiff_t terms, const double *coefficients, const float *x,
                       const float *factor, float *y) {
  if (factor)
    polynomial_of(count, terms, coefficients, x, factor, y);
  else
    polynomial_of(count, terms, coefficients, x, NULL, y);
}

// −factor · p / (s + ε) with p = max(t, 0), or 0 if s ≤ 0.
static void divergence_gradient(ptrdiff_t count, float epsilon, float factor,
                                const float *restrict s, const float *restrict t,
                                float *restrict ds) {
  for (ptrdiff_t i = 0; i < count; i++) {
    const float p = t[i] < 0 ? 0 : t[i], slope = -factor * p / (s[i] + epsilon);
    ds[i] = s[i] <= 0 ? 0 : slope;  // NaN stays
  }
}

// Reductions: at least four lanes of sums, added in the order of the numbers.

static double sum(ptrdiff_t count, const float *x) {
  dvector sums[2] = {{0}, {0}};
  ptrdiff_t i = 0;
  for (; i + 2 * VECTOR <= count; i += 2 * VECTOR) {
    sums[0] += in_double(load(x + i));
    sums[1] += in_double(load(x + i + VECTOR));
  }
  double rest = 0;
  for (; i < count; i++) rest += x[i];
  return sum_of_double_lanes(sums[0] + sums[1]) + rest;
}

static double dot(ptrdiff_t count, const float *x, const float *y) {
  dvector sums[2] = {{0}, {0}};
  ptrdiff_t i = 0;
  for (; i + 2 * VECTOR <= count; i += 2 * VECTOR) {
    sums[0] += in_double(load(x + i)) * in_double(load(y + i));
    sums[1] += in_double(load(x + i + VECTOR)) * in_double(load(y + i + VECTOR));
  }
  double rest = 0;
  for (; i < count; i++) rest += (double)x[i] * y[i];
  return sum_of_double_lanes(sums[0] + sums[1]) + rest;
}

static void add_to_sums(ptrdiff_t count, const float *restrict x, double *restrict sums) {
  for (ptrdiff_t i = 0; i < count; i++) sums[i] += x[i];
}

// A number that is not finite has the largest exponent, so that one more sets the sign's bit.
INLINE uint32_t bit_of_non_finite(float x) {
  uint32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return (bits & 0x7fffffff) + 0x00800000;
}

static ptrdiff_t finite_count(ptrdiff_t count, const float *x) {
  enum { BLOCK = 1024 };
  ptrdiff_t i = 0;
  for (; i + BLOCK <= count; i += BLOCK) {
    uint32_t found = 0;
    for (int k = 0; k < BLOCK; k++) found |= bit_of_non_finite(x[i + k]);
    if (found >> 31) break;
  }
  while (i < count && !(bit_of_non_finite(x[i]) >> 31)) i++;
  return i;
}

static float largest_of(ptrdiff_t count, const float *x) {
  vector largest = broadcast(x[0]);
  ptrdiff_t i = 0;
  for (; i + VECTOR <= count; i += VECTOR) largest = larger_lanes(load(x + i), largest);
  if (i < count) largest = larger_lanes(load_part(x + i, count - i, x[0]), largest);
  return largest_lane(largest);
}

// Two vectors hide the latency of a comparison.
static float largest_magnitude(ptrdiff_t count, const float *x) {
  vector largest[2] = {{0}, {0}};
  for (ptrdiff_t i = 0; i < count; i += 2 * VECTOR)
    for (int k = 0; k < 2 && i + k * VECTOR < count; k++) {
      const vector v = load_part(x + i + k * VECTOR, count - i - k * VECTOR, 0);
      largest[k] = larger_lanes((vector)((ivector)v & 0x7fffffff), largest[k]);
    }
  return largest_lane(larger_lanes(largest[0], largest[1]));
}

static float maximum(ptrdiff_t count, const float *x) {
  vector largest = broadcast(x[0]);
  ivector notNumbers = {0};
  for (ptrdiff_t i = 0; i < count; i += VECTOR) {
    vector v = load_part(x + i, count - i, x[0]);
    notNumbers |= (ivector)(v != v);
    largest = larger_lanes(v, largest);
  }
  for (int l = 0; l < VECTOR; l++)
    if (notNumbers[l]) return NAN;
  return largest_lane(largest);
}

static const ElementwiseKernels elementwise_kernels = {
    .add = add,
    .subtract = subtract,
    .multiply = multiply,
    .divide = divide,
    .scale = {scale_value, scale_gradient},
    .square = {square_value, square_gradient},
    .squareRoot = {square_root_value, square_root_gradient},
    .reciprocal = {reciprocal_value, reciprocal_gradient},
    .exponential = {exponential_value, exponential_gradient},
    .logarithm = {logarithm_value, logarithm_gradient},
    .absolute = {absolute_value, absolute_gradient},
    .rectify = {rectify_value, rectify_gradient},
    .sigmoid = {sigmoid_value, sigmoid_gradient},
    .softplus = {softplus_value, softplus_gradient},
    .tangent = {tangent_value, tangent_gradient},
    .gelu = {gelu_value, gelu_gradient},
    .cap = {cap_value, cap_gradient},
    .huber = {huber_value, huber_gradient},
    .accumulate = accumulate,
    .polynomial = polynomial,
    .divergenceGradient = divergence_gradient,
    .sum = sum,
    .dot = dot,
    .addToSums = add_to_sums,
    .finiteCount = finite_count,
    .largestMagnitude = largest_magnitude,
    .maximum = maximum,
};
