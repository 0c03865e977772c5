#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "relations.h"

// Relations of every two rows of a batch, a tile at a time: what a loss does with the numbers of
// some rows i with some rows j before the next tile takes their memory. A tile off the diagonal
// stands for its mirror image as well. docs/kernels/tiled-pairs.md derives the formulas.
typedef struct {
  ptrdiff_t rows, columns;
  ptrdiff_t step;  // from one row to the next, a multiple of `tileColumns`
  bool isDiagonal;
  float *_Nonnull student;
  float *_Nonnull teacher;
} PairTile;

// The function of a product or a squared distance x that a relation is.
typedef enum {
  PAIR_NUMBER,      // x
  PAIR_POLYNOMIAL,  // c₀ + c₁ x + c₂ x² + …
  PAIR_LENGTH,      // max(√x, c₀), with derivative 0 if it is c₀
} PairFunctionKind;

typedef struct {
  PairFunctionKind kind;
  ptrdiff_t count;
  const float *_Nonnull coefficients;
} PairFunction;

// A comparison of y = f(s) / divisor with z = f(t) / divisor.
typedef struct {
  PairFunction function;
  float ofStudent, ofTeacher;  // the divisors
  PenaltyKind penalty;
  float delta;
  float shift;        // subtracted from every derivative by y
  bool omitDiagonal;  // whether an example's number with itself counts as equal in both
} PairComparison;

// The squared lengths of rows, and the rows themselves, d numbers each.
typedef struct {
  const float *_Nonnull squares;  // of the rows as they were multiplied
  const float *_Nonnull rows;
} PairRows;

// A tile's row sums are added to numbers for its rows, and column sums to those for its columns, if
// it is off the diagonal. If there are several sums, each has `step` numbers.
typedef struct {
  double *_Nonnull ofRows;
  double *_Nonnull ofColumns;
  ptrdiff_t step;
} PairSums;

// Numbers for a tile's rows and for its columns, with as many of one kind as `step` says before
// those of the next kind.
typedef struct {
  const double *_Nonnull ofRows;
  const double *_Nonnull ofColumns;
  ptrdiff_t step;
} PairFactors;

typedef struct {
  // Turns inner products into squared distances: factor · (‖xᵢ‖² + ‖xⱼ‖² − 2 gᵢⱼ), or the sum of
  // squared differences of the rows if that cancels, and 0 on the diagonal.
  void (*_Nonnull distances)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t step, bool isDiagonal,
                             float factor, ptrdiff_t d, PairRows ofRows, PairRows ofColumns,
                             float *_Nonnull tile);

  // From w, the derivatives by the squared distances and by their mirror images in one: −2 w takes
  // its place, and 2 w is summed. A short edge is left out of both; `scale` · 2 w (xᵢ − xⱼ) of it
  // is added to the gradients.
  void (*_Nonnull laplacian)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t step, bool isDiagonal,
                             float factor, float scale, ptrdiff_t d, PairRows ofRows,
                             PairRows ofColumns, const float *_Nonnull squared, float *_Nonnull w,
                             PairSums sums, float *_Nonnull gradientOfRows,
                             float *_Nonnull gradientOfColumns);

  // dx = scale · (dx + sum · x) for the rows from `first` to before `end`.
  void (*_Nonnull addOwnRows)(ptrdiff_t d, ptrdiff_t first, ptrdiff_t end, const float *_Nonnull x,
                              const double *_Nonnull sums, float scale, float *_Nonnull dx);

  // Σ s, Σ t, Σ s² and Σ s t of f(s) and f(t) off the diagonal; both mirror images count.
  void (*_Nonnull totals)(PairTile tile, PairFunction function, double *_Nonnull totals);

  // Puts the derivatives of Σ ℓ(y − z) by s, and by the mirror images, in one in the place of t. It
  // adds up Σ ℓ(y − z), Σ ℓ′(y − z) y, and the number of entries whose magnitude is beyond δ.
  void (*_Nonnull compare)(PairTile tile, PairComparison comparison, double *_Nonnull sums);

  // Σ s², Σ t² and Σ s t of every row.
  void (*_Nonnull moments)(PairTile tile, PairSums sums);

  // Σ (a s − b t)² for the factors a and b of an entry's row, and α s − β t, plus that of the
  // mirror image, in the place of t. The factors are a, b, α and β. It returns the sum.
  double (*_Nonnull compareRows)(PairTile tile, PairFactors factors);

  // For q = max(a (s + offset), 0) and p = max(b (t + offset), 0) with the factors a and b of an
  // entry's row: the three sums over a row from which its divergence follows (divergence.inc.h),
  // and Σ p q / (q + ε).
  void (*_Nonnull divergences)(PairTile tile, float offset, float epsilon, float even,
                               PairFactors factors, PairSums sums);

  // a (c − p / (q + ε)), plus that of the mirror image, in the place of t. The factors are a, b and
  // c; without a positive q the quotient counts as 0.
  void (*_Nonnull divergenceGradient)(PairTile tile, float offset, float epsilon,
                                      PairFactors factors);
} PairKernels;
