// Matrix products and transposes.
#include <math.h>

#include "harness.h"

typedef struct {
  ptrdiff_t m, n, k;
} Shape;

// Less, equal to and more than the tiles, 4 × 8 to 14 × 32, and the blocks, 144 × 256 × 1024. Some
// factors are packed, and some are not.
static const Shape shapes[] = {
    {1, 1, 1},    {0, 5, 3},    {5, 0, 3},     {2, 3, 0},       {3, 5, 7},    {4, 8, 16},
    {5, 9, 3},    {6, 16, 12},  {8, 8, 8},     {9, 17, 5},      {14, 32, 20}, {13, 31, 5},
    {15, 33, 9},  {29, 65, 17}, {1, 40, 300},  {40, 1, 300},    {11, 3, 33},  {150, 20, 70},
    {3, 1030, 5}, {7, 17, 600}, {70, 70, 260}, {151, 135, 130},
};

// Each sum has k products. The order is the same everywhere, but a product is rounded before it is
// added, or not, and only the largest sums are about as large as their terms together.
static Tolerance of_sum(ptrdiff_t k) { return roundings(0, 4 + 2 * sqrt((double)k)); }

static MatrixView view(const float *start, ptrdiff_t rows, ptrdiff_t columns, bool byColumns) {
  return byColumns ? (MatrixView){start, 1, rows} : (MatrixView){start, columns, 1};
}

static void test_products(void) {
  expect_integer(KERNEL(matrix.tileColumns) % 8);
  expect_integer(KERNEL(matrix.tileRows) > 0);
  for (ptrdiff_t i = 0; i < COUNT(shapes); i++)
    for (int order = 0; order < 8; order++) {
      const ptrdiff_t m = shapes[i].m, n = shapes[i].n, k = shapes[i].k;
      const bool accumulate = order & 4;
      const ptrdiff_t step = accumulate ? n : n + 3, room = m ? (m - 1) * step + n : 0;
      begin("%td × %td × %td, order %d", m, n, k, order);
      const MatrixView a = view(numbers(m * k, -1, 1), m, k, order & 1);
      const MatrixView b = view(numbers(k * n, -1, 1), k, n, order & 2);
      float *c = accumulate ? numbers(room, -1, 1) : floats(room);
      float *s = scratch(KERNEL(matrix.scratchCount)(m, n, k));
      KERNEL(matrix.product)(m, n, k, a, b, c, step, accumulate, s);
      expect_rows(m, n, step, c, of_sum(k));
    }
}

static void test_symmetric_products(void) {
  const ptrdiff_t sizes[] = {1, 5, 8, 15, 16, 17, 33, 70}, depths[] = {0, 1, 7, 300};
  for (ptrdiff_t i = 0; i < COUNT(sizes); i++)
    for (ptrdiff_t j = 0; j < COUNT(depths); j++) {
      const ptrdiff_t n = sizes[i], k = depths[j];
      begin("%td rows of %td", n, k);
      const float *x = numbers(n * k, -1, 1);
      float *packed = floats(KERNEL(matrix.packedCount)(n, k)), *g = floats(n * n);
      const ptrdiff_t columns = KERNEL(matrix.tileColumns), half = columns < n ? columns : n;
      KERNEL(matrix.packSymmetric)(n, k, x, half, n, packed);
      KERNEL(matrix.packSymmetric)(n, k, x, 0, half, packed);
      for (ptrdiff_t row = 0; row < n; row += 2 * columns)
        for (ptrdiff_t column = row; column < n; column += 2 * columns)
          KERNEL(matrix.symmetricProduct)(n, k, packed, row, column, 2 * columns, g);
      expect_floats(n * n, g, of_sum(k));
      // A tile below the diagonal, with its padding.
      const ptrdiff_t side = 2 * columns, row = n / side * side,
                      count = n - row < side ? n - row : side;
      float *tile = floats(side * side);
      if (count == 0) continue;
      KERNEL(matrix.packedProduct)(n, k, packed, row, 0, side, tile);
      for (ptrdiff_t r = 0; r < count; r++)
        for (ptrdiff_t c = 0; c < side && c < n; c++)
          expect(tile[r * side + c] == g[(row + r) * n + c], "a tile is a part of the product");
    }
}

static void test_transposes(void) {
  const ptrdiff_t sizes[] = {0, 1, 3, 4, 5, 8, 9, 16, 17, 33};
  for (ptrdiff_t i = 0; i < COUNT(sizes); i++)
    for (ptrdiff_t j = 0; j < COUNT(sizes); j++) {
      const ptrdiff_t rows = sizes[i], columns = sizes[j], xStep = columns + 2, yStep = rows + 3;
      begin("%td × %td", rows, columns);
      const float *x = numbers(rows * xStep, -1, 1);
      float *y = floats(columns ? (columns - 1) * yStep + rows : 0);
      KERNEL(matrix.transpose)(rows, columns, x, xStep, y, yStep);
      expect_rows(columns, rows, yStep, y, exact);
    }
}

void test_matrix(void) {
  test_products();
  test_symmetric_products();
  test_transposes();
}
