// Relations of every two rows, a tile at a time.
#include <math.h>
#include <string.h>

#include "harness.h"

enum { STEP = 32, WIDTH = 9 };  // from row to row of a tile, and the numbers of an example

typedef struct {
  ptrdiff_t rows, columns;
  bool isDiagonal;
} Place;

// A few numbers are summed as floats, in another order for each width of a vector.
static const Tolerance of_sums = {0, 64 * ROUNDING};
static const Tolerance of_numbers = {0, 16 * ROUNDING};

// A tile of numbers, with 0 beyond its columns.
static float *tile_of(Place p, float least, float most) {
  float *tile = numbers(STEP * STEP, least, most);
  for (ptrdiff_t i = 0; i < STEP * STEP; i++)
    if (i % STEP >= p.columns || i / STEP >= p.rows) tile[i] = 0;
  return tile;
}

// Its columns as a matrix without steps.
static void expect_tile(Place p, const float *tile, Tolerance tolerance) {
  float *dense = floats(p.rows * p.columns);
  for (ptrdiff_t i = 0; i < p.rows * p.columns; i++)
    dense[i] = tile[i / p.columns * STEP + i % p.columns];
  expect_floats(p.rows * p.columns, dense, tolerance);
}

static double *zeros(ptrdiff_t count) {
  double *p = doubles(count);
  for (ptrdiff_t i = 0; i < count; i++) p[i] = 0;
  return p;
}

static PairSums sums_of(int kinds) {
  return (PairSums){zeros(kinds * STEP), zeros(kinds * STEP), STEP};
}

static void expect_sums(Place p, int kinds, PairSums sums) {
  for (int k = 0; k < kinds; k++) {
    expect_doubles(p.rows, sums.ofRows + k * STEP, of_sums);
    if (!p.isDiagonal) expect_doubles(p.columns, sums.ofColumns + k * STEP, of_sums);
  }
}

static PairFactors factors_of(Place p, int kinds) {
  double *ofRows = zeros(kinds * STEP), *ofColumns = zeros(kinds * STEP);
  for (ptrdiff_t i = 0; i < kinds * STEP; i++) {
    if (i % STEP < p.rows) ofRows[i] = 0.1 + random_number();
    if (i % STEP < p.columns) ofColumns[i] = 0.1 + random_number();
  }
  return (PairFactors){ofRows, p.isDiagonal ? ofRows : ofColumns, STEP};
}

// Examples, with 0 beyond the last, and their squared lengths.
static PairRows examples(ptrdiff_t count) {
  float *x = numbers(STEP * WIDTH, -1, 1), *squares = floats(STEP);
  for (ptrdiff_t i = 0; i < STEP; i++) {
    double sum = 0;
    for (ptrdiff_t k = 0; k < WIDTH; k++) {
      if (i >= count) x[i * WIDTH + k] = 0;
      sum += (double)x[i * WIDTH + k] * x[i * WIDTH + k];
    }
    squares[i] = (float)sum;
  }
  return (PairRows){squares, x};
}

static void test_tile_distances(Place p) {
  begin("distances, %td × %td, diagonal %d", p.rows, p.columns, p.isDiagonal);
  PairRows x = examples(p.rows), y = p.isDiagonal ? x : examples(p.columns);
  if (!p.isDiagonal) {  // the first two of both are nearly equal
    memcpy((float *)y.rows, x.rows, WIDTH * sizeof(float));
    memcpy((float *)y.squares, x.squares, sizeof(float));
    ((float *)y.rows)[0] += 0x1p-13f;
  }
  float *squared = tile_of(p, 0, 0), *w = tile_of(p, -1, 1);
  for (ptrdiff_t i = 0; i < p.rows; i++)
    for (ptrdiff_t j = 0; j < p.columns; j++) {
      double sum = 0;
      for (ptrdiff_t k = 0; k < WIDTH; k++)
        sum += (double)x.rows[i * WIDTH + k] * y.rows[j * WIDTH + k];
      squared[i * STEP + j] = (float)sum;
    }
  KERNEL(pairs.distances)(p.rows, p.columns, STEP, p.isDiagonal, 4, WIDTH, x, y, squared);
  expect_tile(p, squared, (Tolerance){2 * ROUNDING, 1e-12});

  PairSums sums = sums_of(1);
  float *dx = numbers(STEP * WIDTH, -1, 1), *dy = numbers(STEP * WIDTH, -1, 1);
  KERNEL(pairs.laplacian)
  (p.rows, p.columns, STEP, p.isDiagonal, 4, 0.5f, WIDTH, x, y, squared, w, sums, dx, dy);
  expect_tile(p, w, exact);
  expect_sums(p, 1, sums);
  expect_floats(p.rows * WIDTH, dx, of_numbers);
  expect_floats(p.columns * WIDTH, dy, of_numbers);
  KERNEL(pairs.addOwnRows)(WIDTH, 0, p.rows, x.rows, sums.ofRows, 0.5f, dx);
  expect_floats(p.rows * WIDTH, dx, of_sums);
}

static PairTile pair_of(Place p, float least, float most) {
  return (PairTile){
      p.rows, p.columns, STEP, p.isDiagonal, tile_of(p, least, most), tile_of(p, least, most)};
}

static void test_comparisons(Place p, PairFunctionKind kind, PenaltyKind penalty) {
  begin("function %d, penalty %d, %td × %td, diagonal %d", kind, penalty, p.rows, p.columns,
        p.isDiagonal);
  const float coefficients[] = {kind == PAIR_LENGTH ? 0.3f : 0.4f, 0.3f, -0.2f};
  const PairFunction function = {kind, COUNT(coefficients), coefficients};
  PairTile tile = pair_of(p, 0, 1);
  double totals[4] = {0}, sums[3] = {0};
  KERNEL(pairs.totals)(tile, function, totals);
  expect_doubles(4, totals, of_sums);
  const PairComparison by = {function, 1.3f, 0.9f, penalty, 0.25f, 0.1f, penalty != PENALTY_SQUARE};
  KERNEL(pairs.compare)(tile, by, sums);
  expect_doubles(2, sums, of_sums);
  // Whether a difference that is δ up to rounding is beyond it, rounding decides.
  expect(sums[2] >= 0, "a count is not negative");
  if (penalty != PENALTY_ABSOLUTE) expect_tile(p, tile.teacher, of_numbers);
}

static void test_rows_of_pairs(Place p) {
  begin("row lengths, %td × %td, diagonal %d", p.rows, p.columns, p.isDiagonal);
  PairTile tile = pair_of(p, -1, 1);
  PairSums sums = sums_of(3);
  KERNEL(pairs.moments)(tile, sums);
  expect_sums(p, 3, sums);
  expect_double(KERNEL(pairs.compareRows)(tile, factors_of(p, 4)), (Tolerance){1e-12, 0});
  expect_tile(p, tile.teacher, of_numbers);
}

static void test_divergences(Place p) {
  begin("divergences, %td × %td, diagonal %d", p.rows, p.columns, p.isDiagonal);
  // Some numbers are below 0.
  PairTile tile = pair_of(p, -0.6f, 1);
  PairFactors factors = factors_of(p, 3);
  PairSums sums = sums_of(4);
  KERNEL(pairs.divergences)(tile, 0.5f, 1e-3f, 0.1f, factors, sums);
  expect_sums(p, 4, sums);
  KERNEL(pairs.divergenceGradient)(tile, 0.5f, 1e-3f, factors);
  expect_tile(p, tile.teacher, of_numbers);
}

void test_pairs(void) {
  const ptrdiff_t sizes[] = {1, 3, 4, 5, 8, 9, 16, 17, 31, 32};
  for (ptrdiff_t i = 0; i < COUNT(sizes); i++)
    for (ptrdiff_t j = 0; j < COUNT(sizes); j += 1 + i % 2)
      for (int diagonal = 0; diagonal <= (i == j); diagonal++) {
        const Place p = {sizes[i], sizes[j], diagonal};
        test_tile_distances(p);
        test_rows_of_pairs(p);
        test_divergences(p);
        for (PairFunctionKind f = PAIR_NUMBER; f <= PAIR_LENGTH; f++)
          for (PenaltyKind q = PENALTY_HUBER; q <= PENALTY_ABSOLUTE; q++) test_comparisons(p, f, q);
      }
}
