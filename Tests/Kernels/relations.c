// Relations between the rows of a matrix.
#include <math.h>

#include "harness.h"

typedef struct {
  ptrdiff_t n, d;
} Batch;

// Less, equal to and more than the panels, 4 to 16 rows, the blocks of 16, and the groups of 6.
static const Batch batches[] = {{1, 1},  {2, 3},  {3, 1},  {4, 8},  {5, 17},
                                {8, 16}, {9, 33}, {16, 5}, {17, 4}, {35, 20}};

// In Double, and rounded once to a float, whose last bit may differ.
static const Tolerance of_doubles = {2 * ROUNDING, 1e-12};
static const Tolerance of_floats = {0, 8 * ROUNDING};

// Rows of which the first two are so near each other that their squares cancel, the third is the
// second, and the last is 0.
static float *rows_of(Batch b) {
  float *x = numbers(b.n * b.d, 2, 4);
  for (ptrdiff_t k = 0; b.n > 1 && k < b.d; k++) {
    x[b.d + k] = x[k] + (float)(random_number() - 0.5) * 0x1p-12f;
    if (b.n > 3) x[2 * b.d + k] = x[b.d + k];
    if (b.n > 4) x[(b.n - 1) * b.d + k] = 0;
  }
  return x;
}

// A range in two parts, the later one first: a function must write no row of another part.
#define IN_PARTS(n, step, ...)                                      \
  do {                                                              \
    const ptrdiff_t all = n, half = (all / 2 + step) / step * step; \
    ptrdiff_t first = half < all ? half : 0, end = all;             \
    __VA_ARGS__;                                                    \
    end = first, first = 0;                                         \
    if (end > 0) __VA_ARGS__;                                       \
  } while (0)

static void test_distances(Batch b) {
  const ptrdiff_t n = b.n, d = b.d;
  begin("%td rows of %td", n, d);
  const float *x = rows_of(b), *dy = numbers(n * n, -1, 1);
  const double scale = 0.7, factor = 1.3;
  double *means = doubles(d);
  IN_PARTS(d, 1, KERNEL(relations.columnMeans)(n, d, x, first, end, means));
  expect_doubles(d, means, (Tolerance){1e-13, 0});

  const ptrdiff_t padded = KERNEL(relations.packedRows)(n), panel = KERNEL(relations.panelRows);
  double *centered = doubles(padded * d), *norms = doubles(padded);
  IN_PARTS(padded, panel,
           KERNEL(relations.centerRows)(n, d, x, means, first, end, centered, norms));
  expect_doubles(n, norms, (Tolerance){1e-12, 1e-13});

  float *squared = floats(n * n), *residual = floats(n * n);
  IN_PARTS(n, 1,
           KERNEL(relations.squaredDistances)(n, d, x, centered, norms, scale, first, end, squared,
                                              NULL));
  expect_floats(n * n, squared, of_doubles);
  IN_PARTS(n, 1,
           KERNEL(relations.squaredDistances)(n, d, x, centered, norms, scale, first, end, squared,
                                              residual));
  float *both = floats(n * n);
  for (ptrdiff_t i = 0; i < n * n; i++)
    both[i] = (float)(1e6 * ((double)squared[i] - (float)(squared[i] * 0.99) + residual[i]));
  expect_floats(n * n, both, roundings(1e5, 1e5));

  float *laplacian = floats(n * n), *y = floats(n * d);
  IN_PARTS(n, 1,
           KERNEL(relations.distanceLaplacian)(n, dy, squared, norms, scale, factor, first, end,
                                               laplacian));
  expect_floats(n * n, laplacian, of_doubles);
  IN_PARTS(n, 1, KERNEL(relations.scaledRows)(d, x, means, scale, first, end, y));
  expect_floats(n * d, y, (Tolerance){2 * ROUNDING, 1e-9});
  IN_PARTS(
      n, 1,
      KERNEL(relations.addShortEdges)(n, d, x, dy, squared, norms, scale, factor, first, end, y));
  expect_floats(n * d, y, of_floats);
}

static void test_products(Batch b) {
  const ptrdiff_t n = b.n, d = b.d;
  begin("products of %td rows of %td", n, d);
  const float *x = rows_of(b), *dy = numbers(n * n, -1, 1);
  float *products = floats(n * n), *norms = floats(n);
  double *factors = doubles(n), *lengths = doubles(n);
  for (ptrdiff_t i = 0; i < n; i++) {
    for (ptrdiff_t j = 0; j < n; j++) {
      double sum = 0;
      for (ptrdiff_t k = 0; k < d; k++) sum += (double)x[i * d + k] * x[j * d + k];
      products[i * n + j] = (float)sum;
      if (i == j) norms[i] = (float)sum, lengths[i] = sqrt(sum);
    }
    factors[i] = lengths[i] > 0 ? 1 / (lengths[i] + 1e-3) : 0;
  }

  float *squared = floats(n * n);
  ShortEdges found = {0, INFINITY}, part = found;
  IN_PARTS(n, 1,
           (part = KERNEL(relations.productDistances)(n, products, norms, first, end, squared),
            found.count += part.count, found.shortest = fminf(found.shortest, part.shortest)));
  // The norms' sum less twice a product: the product by 2 is exact, so nothing is rounded twice.
  expect_floats(n * n, squared, exact);
  expect_integer(found.count);
  expect_any(1, &found.shortest, exact);
  IN_PARTS(n, 1, KERNEL(relations.closeDistances)(n, d, x, norms, first, end, squared));
  expect_floats(n * n, squared, of_doubles);
  float *back = floats(n * n), *y = floats(n * n), *gradient = floats(n * n);
  IN_PARTS(n, 1, KERNEL(relations.distanceProducts)(n, squared, norms, first, end, back));
  expect_floats(n * n, back, exact);

  IN_PARTS(n, 1, KERNEL(relations.productCosines)(n, products, factors, first, end, y));
  expect_floats(n * n, y, of_doubles);
  for (int given = 0; given < 2; given++) {
    IN_PARTS(n, 1,
             KERNEL(relations.productCosinesGradient)(n, dy, y, factors, given ? lengths : NULL,
                                                      first, end, gradient));
    expect_floats(n * n, gradient, of_doubles);
  }

  float *normal = floats(n * d), *dx = floats(n * d);
  double *inverses = doubles(n);
  IN_PARTS(n, 1, KERNEL(relations.normalizeRows)(d, x, first, end, normal, inverses));
  expect_floats(n * d, normal, of_doubles);
  expect_doubles(n, inverses, (Tolerance){1e-13, 0});
  IN_PARTS(n, 1,
           KERNEL(relations.normalizeRowsGradient)(d, normal, numbers(n * d, -1, 1), inverses,
                                                   first, end, dx));
  if (d > 1)
    expect_floats(n * d, dx, roundings(2, 1e-3));
  else
    expect_small(n, dx, 1e-6f);
}

// MARK: angles

typedef enum { PLAIN, SHORT_EDGE, SHORT_IN_TEACHER, NEAR, EQUAL } AngleCase;

static Edges edges_of(ptrdiff_t n, ptrdiff_t d, const float *x) {
  float *squared = floats(n * n), *residual = floats(n * n);
  for (ptrdiff_t i = 0; i < n; i++)
    for (ptrdiff_t j = 0; j < n; j++) {
      double sum = 0;
      for (ptrdiff_t k = 0; k < d; k++) {
        const double difference = (double)x[i * d + k] - x[j * d + k];
        sum += difference * difference;
      }
      squared[i * n + j] = (float)sum;
      residual[i * n + j] = (float)(sum - squared[i * n + j]);
    }
  return (Edges){.squared = squared, .residual = residual, .smallest = 1e-9f};
}

// The rows of the student and the teacher. Among the last rows of a short edge's network, two are
// equal, so that their edge has no direction.
static void draw(AngleCase kind, Batch b, float **s, float **t) {
  const ptrdiff_t count = b.n * b.d, d = b.d;
  *s = numbers(count, -1, 1);
  *t = kind < NEAR ? numbers(count, -1, 1) : copied(count, *s);
  for (ptrdiff_t i = 0; kind == NEAR && i < count; i++)
    (*t)[i] += (float)((random_number() - 0.5) * 1e-3);
  if (kind == PLAIN || kind >= NEAR || b.n < 2) return;
  float *x = kind == SHORT_EDGE ? *s : *t, *last = x + (b.n - 1) * d;
  for (ptrdiff_t k = 0; k < d; k++) {
    x[d + k] = x[k] + (float)random_number() * 1e-3f;
    if (b.n > 4) last[k] = last[k - d];
  }
}

static void test_angles(Batch b, AngleCase kind, PenaltyKind penalty, ptrdiff_t first,
                        ptrdiff_t end) {
  const ptrdiff_t n = b.n;
  begin("angles at %td to %td of %td rows, case %d, penalty %d", first, end, n, kind, penalty);
  float *s, *t;
  draw(kind, b, &s, &t);
  Edges student = edges_of(n, b.d, s), teacher = edges_of(n, b.d, t);
  const bool near = kind == NEAR;
  float *changes = floats(n * n);
  const int found = KERNEL(relations.angleChanges)(n, student, teacher, 1, changes);
  expect_integer(found);
  if (found) expect_floats(n * n, changes, exact);
  if (near) {
    expect(found, "a near student has changes");
    teacher.squared = changes;
  }
  double sums[2];
  float *gradient = floats(n * n), *whole = floats(n * n);
  float *memory = scratch(KERNEL(relations.angleScratchCount)(n));
  KERNEL(relations.angles)
  (n, student, teacher, near, penalty, kind == PLAIN ? 1.5f : 0.05f, first, end, sums, gradient,
   memory);
  // The numbers of a row are summed as floats, in another order for each width of a vector. The
  // angles at a short edge are differences of long ones.
  const double share = kind == SHORT_EDGE || kind == SHORT_IN_TEACHER ? 2048 : 64;
  expect_doubles(2, sums, roundings(0, share));
  for (ptrdiff_t i = 0; i < n * n; i++) whole[i] = gradient[i] + gradient[i % n * n + i / n];
  expect_floats(n * n, whole, roundings(0, share));
  for (ptrdiff_t i = 0; kind == EQUAL && i < n * n; i++)
    expect(whole[i] == 0, "equal networks have no gradient");
}

static void test_all_angles(void) {
  const ptrdiff_t sizes[] = {1, 2, 3, 4, 5, 8, 9, 16, 17, 35};
  for (AngleCase kind = PLAIN; kind <= EQUAL; kind++)
    for (PenaltyKind penalty = PENALTY_HUBER; penalty <= PENALTY_ABSOLUTE; penalty++) {
      for (ptrdiff_t i = 0; i < COUNT(sizes); i++)
        test_angles((Batch){sizes[i], 6}, kind, penalty, 0, sizes[i]);
      // More columns than a tile has.
      test_angles((Batch){261, 6}, kind, penalty, 130, 132);
    }
}

// MARK: penalties and other passes

static void test_passes(void) {
  const ptrdiff_t counts[] = {0, 1, 3, 4, 5, 8, 9, 15, 16, 17, 33, 1100};
  for (ptrdiff_t i = 0; i < COUNT(counts); i++) {
    const ptrdiff_t n = counts[i];
    begin("%td numbers", n);
    const float *s = numbers(n, -1, 1), *t = numbers(n, -1, 1), *positive = numbers(n, 0, 2);
    float *derivatives = floats(n), *y = floats(n), *dx = floats(n);
    for (PenaltyKind p = PENALTY_HUBER; p <= PENALTY_ABSOLUTE; p++) {
      // Up to 1024 numbers are summed as floats.
      const Tolerance of_sums = roundings(32, 0);
      expect_double(KERNEL(relations.penalties)(n, s, t, p, 0.5f, 0.3f, NULL), of_sums);
      expect_double(KERNEL(relations.penalties)(n, s, t, p, 0.5f, 0.3f, derivatives), of_sums);
      expect_floats(n, derivatives, exact);
    }
    KERNEL(relations.lengths)(n, 0.3f, positive, y);
    expect_floats(n, y, exact);
    KERNEL(relations.lengthsGradient)(n, 0.3f, y, s, dx);
    expect_floats(n, dx, exact);
    KERNEL(relations.affine)(n, 0.7f, -0.2f, s, y);
    expect_floats(n, y, roundings(0, 2));
  }
}

void test_relations(void) {
  for (ptrdiff_t i = 0; i < COUNT(batches); i++) {
    test_distances(batches[i]);
    test_products(batches[i]);
  }
  test_all_angles();
  test_passes();
}
