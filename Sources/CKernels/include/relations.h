#pragma once
#include <stddef.h>

// A function ℓ of the difference e between a student's number and the teacher's.
typedef enum {
  PENALTY_HUBER,     // e²/2 if |e| ≤ δ, δ(|e| − δ/2) beyond
  PENALTY_SQUARE,    // e²
  PENALTY_ABSOLUTE,  // |e|, with derivative 0 at 0
} PenaltyKind;

// The edges between the n examples of a batch, as `squaredDistances` computes them.
typedef struct {
  const float *_Nonnull squared;   // n × n: their squared lengths
  const float *_Nonnull residual;  // n × n: the rest that rounding those to a float left off
  float smallest;  // an edge whose squared length is not larger than this has no direction
} Edges;

// Facts that `productDistances` finds out about the rows that it computes.
typedef struct {
  ptrdiff_t count;  // the number of edges that `addShortEdges` counts as short
  float shortest;   // the least squared length of an edge between two examples; infinity for none
} ShortEdges;

// Relations between the n rows of a matrix x of d columns. Matrices are dense and row-major. Every
// function computes the rows of its result from `first` to before `end`, so different ranges never
// write the same number. docs/kernels/pairwise-distances.md and angle.md derive the formulas.
typedef struct {
  // The means m of the columns from `first` to before `end`.
  void (*_Nonnull columnMeans)(ptrdiff_t n, ptrdiff_t d, const float *_Nonnull x, ptrdiff_t first,
                               ptrdiff_t end, double *_Nonnull means);

  // The number of rows that `centerRows` writes: n, rounded up to a multiple of `panelRows`. The
  // ranges of `centerRows` start and end at such multiples.
  ptrdiff_t (*_Nonnull packedRows)(ptrdiff_t n);
  ptrdiff_t panelRows;

  // xᵢ − m in Double, packed for `squaredDistances`, with d numbers for each row; and ‖xᵢ − m‖²,
  // one number for each row. Rows beyond n are 0.
  void (*_Nonnull centerRows)(ptrdiff_t n, ptrdiff_t d, const float *_Nonnull x,
                              const double *_Nonnull means, ptrdiff_t first, ptrdiff_t end,
                              double *_Nonnull centered, double *_Nonnull norms);

  // scale · ‖xᵢ − xⱼ‖² for j > i, and the mirror images. If `residual` is given, it receives what
  // rounding to a float left off. Early rows take longer than late ones.
  void (*_Nonnull squaredDistances)(ptrdiff_t n, ptrdiff_t d, const float *_Nonnull x,
                                    const double *_Nonnull centered, const double *_Nonnull norms,
                                    double scale, ptrdiff_t first, ptrdiff_t end,
                                    float *_Nonnull squared, float *_Nullable residual);

  // The gradient at x is K (x − m), with K from `distanceLaplacian`, plus what `addShortEdges`
  // adds.
  //
  // `dy` is the derivative by the squared distances. K = factor · 2 (diag(Σⱼ wᵢⱼ) − w), with
  // w = dy + dyᵀ without the short edges.
  void (*_Nonnull distanceLaplacian)(ptrdiff_t n, const float *_Nonnull dy,
                                     const float *_Nonnull squared, const double *_Nonnull norms,
                                     double scale, double factor, ptrdiff_t first, ptrdiff_t end,
                                     float *_Nonnull laplacian);

  // scale · (xᵢ − m) as floats.
  void (*_Nonnull scaledRows)(ptrdiff_t d, const float *_Nonnull x, const double *_Nonnull means,
                              double scale, ptrdiff_t first, ptrdiff_t end, float *_Nonnull y);

  // Adds factor · 2 wᵢⱼ (xᵢ − xⱼ) to dxᵢ for the short edges.
  void (*_Nonnull addShortEdges)(ptrdiff_t n, ptrdiff_t d, const float *_Nonnull x,
                                 const float *_Nonnull dy, const float *_Nonnull squared,
                                 const double *_Nonnull norms, double scale, double factor,
                                 ptrdiff_t first, ptrdiff_t end, float *_Nonnull dx);

  // Computes Gᵢᵢ + Gⱼⱼ − 2 Gᵢⱼ, with 0 for i = j, from the inner products G of the rows. The
  // squared lengths of the rows are `norms`. `squared` may be `products`.
  ShortEdges (*_Nonnull productDistances)(ptrdiff_t n, const float *_Nonnull products,
                                          const float *_Nonnull norms, ptrdiff_t first,
                                          ptrdiff_t end, float *_Nonnull squared);

  // Replaces ‖xᵢ − xⱼ‖² by a sum of squared differences if the subtraction cancelled.
  void (*_Nonnull closeDistances)(ptrdiff_t n, ptrdiff_t d, const float *_Nonnull x,
                                  const float *_Nonnull norms, ptrdiff_t first, ptrdiff_t end,
                                  float *_Nonnull squared);

  // The inverse: Gᵢⱼ = (Gᵢᵢ + Gⱼⱼ − ‖xᵢ − xⱼ‖²) / 2.
  void (*_Nonnull distanceProducts)(ptrdiff_t n, const float *_Nonnull squared,
                                    const float *_Nonnull norms, ptrdiff_t first, ptrdiff_t end,
                                    float *_Nonnull products);

  // yᵢⱼ = Gᵢⱼ fᵢ fⱼ
  void (*_Nonnull productCosines)(ptrdiff_t n, const float *_Nonnull products,
                                  const double *_Nonnull factors, ptrdiff_t first, ptrdiff_t end,
                                  float *_Nonnull y);

  // The derivative by G as a symmetric matrix: the sum of it and its transpose. If the rows'
  // lengths are given, f is 1 / (length + ε), or 0 for the length 0, and depends on G.
  void (*_Nonnull productCosinesGradient)(ptrdiff_t n, const float *_Nonnull dy,
                                          const float *_Nonnull y, const double *_Nonnull factors,
                                          const double *_Nullable lengths, ptrdiff_t first,
                                          ptrdiff_t end, float *_Nonnull gradient);

  // The floats of scratch memory that `angles` needs.
  ptrdiff_t (*_Nonnull angleScratchCount)(ptrdiff_t n);

  // Dˢ − ratio · Dᵗ for all squared distances, including residuals. If the student is near,
  // `angles` reads this of the teacher. Returns 0, and need not write the numbers, if they would
  // not do: an edge has no direction in one network alone, or is too short beside an example's
  // other edges.
  int (*_Nonnull angleChanges)(ptrdiff_t n, Edges student, Edges teacher, double ratio,
                               float *_Nonnull changes);

  // The penalty of the differences between the cosines ψ_abc of the angles at the vertices a from
  // `first` to before `end`:
  //   sums[0] = Σ ℓ(ψˢ − ψᵗ) over b < c, both different from a: half the sum over ordered pairs;
  //   sums[1] = Σ ℓ(ψˢ − ψᵗ) over b = c, different from a.
  // gradient[i][j] + gradient[j][i] is the derivative of sums[0] by the student's squared distance
  // of i and j. All n × n entries of `gradient` are set. If `near` is not 0, the teacher's squared
  // distances are those of `angleChanges`, and no residual is read.
  void (*_Nonnull angles)(ptrdiff_t n, Edges student, Edges teacher, int near, PenaltyKind penalty,
                          float delta, ptrdiff_t first, ptrdiff_t end, double *_Nonnull sums,
                          float *_Nonnull gradient, float *_Nonnull scratch);

  // Σ ℓ(sᵢ − tᵢ) and, if asked for, its derivatives by sᵢ, times a factor.
  double (*_Nonnull penalties)(ptrdiff_t count, const float *_Nonnull student,
                               const float *_Nonnull teacher, PenaltyKind penalty, float delta,
                               float factor, float *_Nullable derivatives);

  // yᵢ = max(√xᵢ, least), and dxᵢ = dyᵢ / 2yᵢ, or 0 if yᵢ is the least.
  void (*_Nonnull lengths)(ptrdiff_t count, float least, const float *_Nonnull x,
                           float *_Nonnull y);
  void (*_Nonnull lengthsGradient)(ptrdiff_t count, float least, const float *_Nonnull y,
                                   const float *_Nonnull dy, float *_Nonnull dx);

  // yᵢ = factor · xᵢ + offset
  void (*_Nonnull affine)(ptrdiff_t count, float factor, float offset, const float *_Nonnull x,
                          float *_Nonnull y);

  // yᵢ = xᵢ / max(‖xᵢ‖, 10⁻¹²), and the inverses of those maxima.
  void (*_Nonnull normalizeRows)(ptrdiff_t d, const float *_Nonnull x, ptrdiff_t first,
                                 ptrdiff_t end, float *_Nonnull y, double *_Nonnull inverses);

  // dxᵢ = (dyᵢ − ⟨yᵢ, dyᵢ⟩ yᵢ) / ‖xᵢ‖, or 0 if ‖xᵢ‖ ≤ 10⁻¹².
  void (*_Nonnull normalizeRowsGradient)(ptrdiff_t d, const float *_Nonnull y,
                                         const float *_Nonnull dy, const double *_Nonnull inverses,
                                         ptrdiff_t first, ptrdiff_t end, float *_Nonnull dx);
} RelationKernels;
