#pragma once
#include <stdbool.h>
#include <stddef.h>

// A matrix in memory. Its element (r, c) is start[r * rowStep + c * columnStep]. One of the steps
// is 1; exchanging the steps transposes the matrix.
typedef struct {
  const float *_Nonnull start;
  ptrdiff_t rowStep, columnStep;
} MatrixView;

typedef struct {
  // The product is computed in tiles of this many rows and columns. C is best divided into parts
  // that are multiples of them.
  ptrdiff_t tileRows, tileColumns;

  // The floats of scratch memory that `product` needs.
  ptrdiff_t (*_Nonnull scratchCount)(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k);

  // C = A B, or C += A B if accumulating. A is m × k, B is k × n, and the rows of C are `cStep`
  // apart. Every element is summed over k in the same order, whichever part of a larger product
  // this is, so dividing C differently does not change a bit.
  void (*_Nonnull product)(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, MatrixView a, MatrixView b,
                           float *_Nonnull c, ptrdiff_t cStep, bool accumulate,
                           float *_Nonnull scratch);

  // Packs rows of the n × k matrix X for `symmetricProduct`, from `first` to before `end`. Both are
  // multiples of `tileColumns`, or n. The second function gives the floats that all rows fill.
  void (*_Nonnull packSymmetric)(ptrdiff_t n, ptrdiff_t k, const float *_Nonnull x, ptrdiff_t first,
                                 ptrdiff_t end, float *_Nonnull packed);
  ptrdiff_t (*_Nonnull packedCount)(ptrdiff_t n, ptrdiff_t k);

  // G = X Xᵀ, n × n: computes a square of G, as far as it lies in G, and its mirror image. The
  // square's side, first row and first column are multiples of `tileColumns`. The square is on the
  // diagonal or to its right. Every element is summed in the same order as in `product`.
  void (*_Nonnull symmetricProduct)(ptrdiff_t n, ptrdiff_t k, const float *_Nonnull packed,
                                    ptrdiff_t row, ptrdiff_t column, ptrdiff_t side,
                                    float *_Nonnull g);

  // A tile of G whose columns may lie on either side of the diagonal, from the same packed rows.
  // Its rows are `side` apart, and numbers beyond G's last column are 0 up to a multiple of
  // `tileColumns`.
  void (*_Nonnull packedProduct)(ptrdiff_t n, ptrdiff_t k, const float *_Nonnull packed,
                                 ptrdiff_t row, ptrdiff_t column, ptrdiff_t side,
                                 float *_Nonnull tile);

  // Y = Xᵀ for a rows × columns matrix X.
  void (*_Nonnull transpose)(ptrdiff_t rows, ptrdiff_t columns, const float *_Nonnull x,
                             ptrdiff_t xStep, float *_Nonnull y, ptrdiff_t yStep);
} MatrixKernels;
