#pragma once
#include <stdbool.h>
#include <stddef.h>

// A matrix in memory: its element (r, c) is start[r * rowStep + c * columnStep]. One of the steps
// is 1; exchanging them transposes the matrix.
typedef struct {
  const float *_Nonnull start;
  ptrdiff_t rowStep, columnStep;
} MatrixView;

typedef struct {
  // The product is computed in tiles of so many rows and columns: multiples of them are the best
  // parts to divide C into.
  ptrdiff_t tileRows, tileColumns;

  // How many floats of scratch memory `product` needs.
  ptrdiff_t (*_Nonnull scratchCount)(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k);

  // C = A B, or C += A B if accumulating; A is m × k, B is k × n, and the rows of C are `cStep`
  // apart. Every element is summed over k in the same order, whichever part of a larger product
  // this is: dividing C differently does not change a bit.
  void (*_Nonnull product)(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, MatrixView a, MatrixView b,
                           float *_Nonnull c, ptrdiff_t cStep, bool accumulate,
                           float *_Nonnull scratch);

  // Packs the rows of the n × k matrix X from `first` to before `end`, both multiples of
  // `tileColumns` or n, for `symmetricProduct`; and how many floats they fill in all.
  void (*_Nonnull packSymmetric)(ptrdiff_t n, ptrdiff_t k, const float *_Nonnull x, ptrdiff_t first,
                                 ptrdiff_t end, float *_Nonnull packed);
  ptrdiff_t (*_Nonnull packedCount)(ptrdiff_t n, ptrdiff_t k);

  // G = X Xᵀ, n × n: a square whose side, and whose first row and column, are multiples of
  // `tileColumns`, as far as it lies in G, and its mirror image. It is on the diagonal or right of
  // it. Every element is summed in the same order as in `product`.
  void (*_Nonnull symmetricProduct)(ptrdiff_t n, ptrdiff_t k, const float *_Nonnull packed,
                                    ptrdiff_t row, ptrdiff_t column, ptrdiff_t side,
                                    float *_Nonnull g);

  // Y = Xᵀ, where X is rows × columns.
  void (*_Nonnull transpose)(ptrdiff_t rows, ptrdiff_t columns, const float *_Nonnull x,
                             ptrdiff_t xStep, float *_Nonnull y, ptrdiff_t yStep);
} MatrixKernels;
