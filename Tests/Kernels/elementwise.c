// Passes over arrays.
#include <float.h>
#include <math.h>

#include "harness.h"

// Less, equal to and more than one vector and two of each width, and blocks of `finiteCount`.
static const ptrdiff_t counts[] = {0, 1, 3, 4, 5, 8, 9, 15, 16, 17, 31, 33, 67, 1024, 2051};

static const float special[] = {NAN,      INFINITY, -INFINITY, 0,       -0.0f,   1,     -1,
                                FLT_MIN,  -FLT_MIN, 1e-40f,    -1e-40f, FLT_MAX, 1e-3f, -FLT_MAX,
                                0.62499f, 0.625f,   -0.625f,   88,      -88,     -104,  3e-8f};

static void binary(const char *name, BinaryKernel kernel) {
  for (ptrdiff_t i = 0; i < COUNT(counts); i++)
    for (int steps = 0; steps < 4; steps++) {
      const ptrdiff_t n = counts[i], aStep = steps & 1, bStep = steps >> 1;
      begin("%s of %td, steps %td and %td", name, n, aStep, bStep);
      const float *a = numbers(aStep ? n : 1, -2, 2), *b = numbers(bStep ? n : 1, 0.5f, 3);
      float *y = floats(n);
      kernel(n, a, aStep, b, bStep, y);
      expect_floats(n, y, exact);
    }
}

// A function and its derivative, at numbers between two limits and at special numbers.
static void unary(const char *name, UnaryKernel value, UnaryGradientKernel gradient,
                  float parameter, float least, float most, Tolerance ofValue,
                  Tolerance ofGradient) {
  for (ptrdiff_t i = 0; i < COUNT(counts); i++) {
    const ptrdiff_t n = counts[i];
    begin("%s of %td", name, n);
    const float *x = numbers(n, least, most), *dy = numbers(n, -1, 1);
    float *y = floats(n), *dx = floats(n);
    value(n, parameter, x, y);
    expect_floats(n, y, ofValue);
    gradient(n, parameter, x, y, dy, dx);
    expect_floats(n, dx, ofGradient);
  }
  begin("%s of special numbers", name);
  const ptrdiff_t n = COUNT(special);
  const float *x = copied(n, special), *dy = numbers(n, 1, 2);
  float *y = floats(n), *dx = floats(n);
  value(n, parameter, x, y);
  expect_any(n, y, ofValue);
  gradient(n, parameter, x, y, dy, dx);
  expect_any(n, dx, ofGradient);
}

#define UNARY(name, ...) \
  unary(#name, KERNEL(elementwise.name.value), KERNEL(elementwise.name.gradient), __VA_ARGS__)

// One operation, or several without a sum of a product, are the same to the bit everywhere. In
// polynomials a product is rounded before it is added, or not.
static void test_functions(void) {
  UNARY(scale, 0.7f, -2, 2, exact, exact);
  UNARY(square, 0, -2, 2, exact, exact);
  UNARY(squareRoot, 0, 0, 5, exact, exact);
  UNARY(reciprocal, 0, -2, 2, exact, exact);
  UNARY(absolute, 0, -2, 2, exact, exact);
  UNARY(rectify, 0, -2, 2, exact, exact);
  UNARY(cap, 0.5f, -2, 2, exact, exact);
  UNARY(exponential, 0, -110, 88, roundings(4, 0), roundings(4, 0));
  UNARY(logarithm, 0, 1e-6f, 4, roundings(4, 0), exact);
  UNARY(sigmoid, 0, -30, 30, roundings(6, 0), roundings(8, 0));
  UNARY(softplus, 0, -30, 30, roundings(8, 0), roundings(6, 0));
  UNARY(tangent, 0, -3, 3, roundings(8, 0), roundings(8, 0));
  UNARY(gelu, 0, -12, 6, roundings(2, 0), roundings(2, 0));
  // m (|x| − m/2): the difference is one product and one sum.
  UNARY(huber, 0.8f, -2, 2, roundings(4, 0), exact);
}

static void test_sums(void) {
  // The order of the sums differs. They are in Double, and the numbers have one sign.
  const Tolerance ofSums = {1e-13, 0};
  for (ptrdiff_t i = 0; i < COUNT(counts); i++) {
    const ptrdiff_t n = counts[i];
    begin("%td numbers", n);
    const float *x = numbers(n, -3, 3), *y = numbers(n, 1, 2), *z = numbers(n, 0, 1);
    expect_double(KERNEL(elementwise.sum)(n, y), ofSums);
    expect_double(KERNEL(elementwise.dot)(n, y, z), ofSums);
    expect_double(KERNEL(elementwise.largestMagnitude)(n, x), exact);
    if (n) expect_double(KERNEL(elementwise.maximum)(n, x), exact);

    float *sum = copied(n, y);
    KERNEL(elementwise.accumulate)(n, x, sum);
    expect_floats(n, sum, exact);
    double *sums = doubles(n);
    for (ptrdiff_t k = 0; k < n; k++) sums[k] = y[k];
    KERNEL(elementwise.addToSums)(n, x, sums);
    expect_doubles(n, sums, exact);
  }
}

static void test_places(void) {
  const float others[] = {NAN, INFINITY, -INFINITY};
  for (ptrdiff_t i = 1; i < COUNT(counts); i++)
    for (ptrdiff_t k = 0; k < COUNT(others); k++) {
      const ptrdiff_t n = counts[i], place = (n - 1) * (k + 1) / 3;
      begin("%td numbers, number %td is %g", n, place, others[k]);
      float *x = numbers(n, -3, 3);
      expect(KERNEL(elementwise.finiteCount)(n, x) == n, "all are finite");
      x[place] = others[k];
      expect(KERNEL(elementwise.finiteCount)(n, x) == place, "so many are finite before it");
      float largest[] = {KERNEL(elementwise.largestMagnitude)(n, x),
                         KERNEL(elementwise.maximum)(n, x)};
      expect_any(2, largest, exact);
    }
}

static void test_polynomial(void) {
  const double coefficients[] = {1, 0.5, 0.25, 0.125, 1.0 / 3};
  for (ptrdiff_t i = 0; i < COUNT(counts); i++)
    for (ptrdiff_t terms = 0; terms <= COUNT(coefficients); terms++) {
      const ptrdiff_t n = counts[i];
      begin("%td terms at %td numbers", terms, n);
      const float *x = numbers(n, 0, 2), *factor = numbers(n, -1, 1);
      float *y = floats(n);
      // Computed in Double, so that at most the last bit differs.
      KERNEL(elementwise.polynomial)(n, terms, coefficients, x, NULL, y);
      expect_floats(n, y, roundings(2, 0));
      KERNEL(elementwise.polynomial)(n, terms, coefficients, x, factor, y);
      expect_floats(n, y, roundings(2, 0));
    }
}

static void test_divergence_gradient(void) {
  for (ptrdiff_t i = 0; i < COUNT(counts); i++) {
    const ptrdiff_t n = counts[i];
    begin("%td numbers", n);
    const float *s = numbers(n, -0.2f, 1), *t = numbers(n, -0.2f, 1);
    float *ds = floats(n);
    KERNEL(elementwise.divergenceGradient)(n, 1e-6f, 0.3f, s, t, ds);
    expect_floats(n, ds, exact);
  }
}

void test_elementwise(void) {
  binary("add", KERNEL(elementwise.add));
  binary("subtract", KERNEL(elementwise.subtract));
  binary("multiply", KERNEL(elementwise.multiply));
  binary("divide", KERNEL(elementwise.divide));
  test_functions();
  test_sums();
  test_places();
  test_polynomial();
  test_divergence_gradient();
}
