// Functions of each row of a matrix of logits, and what is computed of pairs of rows.
#include <math.h>
#include <string.h>

#include "harness.h"

// Less, equal to and more than one vector of each width, and blocks of eight.
static const ptrdiff_t widths[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 140};
enum { ROWS = 19 };  // more than the eight or sixteen that are computed together

// A few roundings of each number, of its row's sum, and of a polynomial for its exponential.
static const Tolerance of_entries = {16 * ROUNDING, 4 * ROUNDING};
// Sums of some hundred numbers, which are floats for some terms and then Double.
static const Tolerance of_sums = {64 * ROUNDING, 0};

static void test_softmax(ptrdiff_t columns, float spread) {
  const ptrdiff_t count = ROWS * columns;
  begin("%td columns, logits up to %g", columns, spread);
  const float *z = numbers(count, -spread, spread), *dy = numbers(count, -1, 1);
  float *y = floats(count), *dz = floats(count);
  KERNEL(rows.softmax)(ROWS, columns, 0.5f, z, y);
  // A logit is rounded after it is multiplied by 1/τ; the exponential enlarges that.
  const Tolerance of_exponentials = roundings(16 + spread, 1);
  expect_floats(count, y, of_exponentials);
  KERNEL(rows.softmaxGradient)(ROWS, columns, 0.5f, y, dy, dz);
  expect_floats(count, dz, roundings(16 + spread, 16));
  KERNEL(rows.logSoftmax)(ROWS, columns, 0.5f, z, y);
  expect_floats(count, y, of_entries);
  KERNEL(rows.logSoftmaxGradient)(ROWS, columns, 0.5f, y, dy, dz);
  expect_floats(count, dz, roundings(0, 16 + spread));
}

static void test_losses(ptrdiff_t columns, float spread, float apart) {
  const ptrdiff_t count = ROWS * columns;
  begin("%td columns, logits up to %g, %g apart", columns, spread, apart);
  const float *z = numbers(count, -spread, spread);
  float *t = copied(count, z), *dz = floats(count);
  for (ptrdiff_t i = 0; i < count; i++) t[i] = (float)(t[i] + apart * random_number());
  ptrdiff_t labels[ROWS];
  for (ptrdiff_t r = 0; r < ROWS; r++) labels[r] = (ptrdiff_t)(random_number() * columns);
  // Of one column, nothing is left but rounding.
  if (columns > 1) {
    expect_double(KERNEL(rows.crossEntropy)(ROWS, columns, 0.1, 0.5, z, labels, dz), of_sums);
    expect_floats(count, dz, roundings(0, 16 + spread));
  }
  for (ptrdiff_t room = columns; room <= 8 * columns; room += 7 * columns) {
    float *memory = scratch(room);
    double loss = KERNEL(rows.klDivergence)(ROWS, columns, 0.5, 0.25, z, t, dz, memory, room);
    // The divergence is of second order in the logits' differences, and exact to their digits.
    if (columns == 1) {
      expect_small(count, dz, 1e-6f);
      return;
    }
    expect_double(loss, roundings(64 + 64 * spread / apart, 0));
    expect_floats(count, dz, roundings(0, 16 + 16 * spread / apart));
  }

  float *p = numbers(count, 0, 1), *q = numbers(count, -0.05f, 1);
  expect_double(KERNEL(rows.divergence)(ROWS, columns, 1e-4f, q, p), roundings(16, 0));
  for (ptrdiff_t i = 0; i < count; i++) q[i] = p[i / columns * columns + (i + 1) % columns];
  expect_double(KERNEL(rows.divergence)(ROWS, columns, 1e-4f, q, p), roundings(64, 0));
}

static void test_sums(ptrdiff_t columns) {
  const ptrdiff_t count = ROWS * columns;
  begin("%td columns", columns);
  const float *x = numbers(count, -1, 2), *dy = numbers(count, -1, 1);
  float *positive = numbers(count, 0, 1);
  float *y = floats(count), *dx = floats(count);
  double *inverses = doubles(ROWS);
  // In Double, and rounded once to a float, whose last bit may differ.
  const Tolerance of_doubles = roundings(2, 1e-6);
  KERNEL(rows.center)(ROWS, columns, x, y);
  expect_floats(count, y, of_doubles);
  KERNEL(rows.divideBySum)(ROWS, columns, 1e-3, positive, y, inverses);
  expect_floats(count, y, of_doubles);
  expect_doubles(ROWS, inverses, (Tolerance){1e-13, 0});
  // A row whose sum is 0.
  memset(positive, 0, columns * sizeof *positive);
  KERNEL(rows.divideBySum)(ROWS, columns, 0, positive, y, inverses);
  expect_floats(count, y, of_doubles);
  expect_doubles(ROWS, inverses, (Tolerance){1e-13, 0});
  KERNEL(rows.divideBySumGradient)(ROWS, columns, y, inverses, dy, dx);
  expect_floats(count, dx, roundings(2, 1e-3));
}

static void test_layer_normalization(ptrdiff_t columns) {
  const ptrdiff_t count = ROWS * columns;
  begin("%td columns", columns);
  const float *x = numbers(count, -1, 2), *dy = numbers(count, -1, 1);
  const float *scale = numbers(columns, 0.5f, 2), *shift = numbers(columns, -1, 1);
  float *y = floats(count), *dx = floats(count), *moments = floats(2 * ROWS);
  float *dScale = copied(columns, scale), *dShift = copied(columns, shift);
  KERNEL(rows.layerNormalize)(ROWS, columns, 1e-5, x, scale, shift, y, moments);
  expect_floats(count, y, roundings(0, 16));
  expect_floats(2 * ROWS, moments, roundings(16, 0));
  KERNEL(rows.layerNormalizeGradient)
  (ROWS, columns, x, scale, moments, dy, dx, dScale, dShift);
  // Nearly all of the gradient cancels if there are two columns, and all of it if there is one.
  if (columns == 1)
    expect_small(count, dx, 1e-3f);
  else
    expect_floats(count, dx, roundings(0, columns == 2 ? 1e5 : 64));
  expect_floats(columns, dScale, roundings(0, 16));
  expect_floats(columns, dShift, roundings(0, 16));
}

static void test_correlations(ptrdiff_t columns, bool areEqual) {
  const ptrdiff_t count = ROWS * columns, step = (columns + ROWS + 15) / 16 * 16;
  begin("%td columns, equal numbers: %d", columns, areEqual);
  float *u = numbers(count, -1, 1);
  const float *v = numbers(count, -1, 1);
  for (ptrdiff_t i = 0; areEqual && i < count; i++) u[i] = 0.7f;
  const Tolerance of_doubles = {1e-12, 1e-13};
  float *du = floats(count);
  for (int byColumns = 0; byColumns < 2; byColumns++) {
    const ptrdiff_t vectors = byColumns ? columns : ROWS, n = byColumns ? ROWS : columns;
    double *moments = doubles(5 * step);
    float *distances = floats(vectors);
    if (byColumns)
      KERNEL(rows.columnMoments)(ROWS, columns, u, v, u, v, moments, step);
    else
      KERNEL(rows.rowMoments)(ROWS, columns, u, v, moments, step);
    for (int k = 0; k < 5; k++) expect_doubles(vectors, moments + k * step, of_doubles);
    if (n < 3) continue;  // two numbers correlate exactly, so that nothing but rounding is left
    const ptrdiff_t between = byColumns ? 1 : columns;
    KERNEL(rows.pearsonDistances)
    (vectors, n, 1e-8, u, between, v, between, moments, step, distances);
    expect_floats(vectors, distances, roundings(2, 1));
    for (int k = 0; k < 3; k++) expect_doubles(vectors, moments + k * step, of_doubles);
    if (byColumns)
      KERNEL(rows.columnPearsonGradient)(ROWS, columns, u, v, moments, step, du);
    else
      KERNEL(rows.rowPearsonGradient)(ROWS, columns, u, v, moments, step, du);
    expect_floats(count, du, roundings(2, 1e-3));
  }
}

static void test_relations_of(ptrdiff_t n, ptrdiff_t d, ptrdiff_t e) {
  begin("%td rows of %td and %td", n, d, e);
  float *x = numbers(n * d, -1, 1);
  const float *y = numbers(n * e, -1, 1);
  float *dx = floats(n * d), *memory = scratch(KERNEL(rows.relationScratchCount)(n, d, e));
  double loss = KERNEL(rows.relationDivergence)(n, d, e, 0.8f, 1.2f, x, y, dx, memory);
  if (n > 1) {
    expect_double(loss, roundings(256, 0));
    expect_floats(n * d, dx, roundings(0, 64));
  } else {
    expect_small(n * d, dx, 1e-6f);
  }

  x[0] = 20;
  if (n > 1)
    expect(KERNEL(rows.relationDivergence)(n, d, e, 1, 1, x, y, dx, memory) == -1,
           "it is −1 where the lengths differ too much");
}

void test_rows(void) {
  for (ptrdiff_t i = 0; i < COUNT(widths); i++) {
    test_softmax(widths[i], 3);
    test_softmax(widths[i], 60);
    test_losses(widths[i], 3, 2);
    test_losses(widths[i], 40, 60);
    test_losses(widths[i], 1, 0.01f);
    test_sums(widths[i]);
    test_layer_normalization(widths[i]);
    test_correlations(widths[i], false);
    test_correlations(widths[i], true);
  }
  for (ptrdiff_t n = 1; n < 36; n += n < 18 ? 1 : 7)
    for (ptrdiff_t d = 1; d < 40; d += 16) test_relations_of(n, d, 9);
}
