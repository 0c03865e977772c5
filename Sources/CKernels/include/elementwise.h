#pragma once
#include <stddef.h>

// y = f(a, b), entry by entry. A step is 1, or 0 if the number is the same for every entry.
typedef void (*BinaryKernel)(ptrdiff_t count, const float *_Nonnull a, ptrdiff_t aStep,
                             const float *_Nonnull b, ptrdiff_t bStep, float *_Nonnull y);

// y = f(x), entry by entry. The meaning of `parameter` depends on the function; most ignore it.
typedef void (*UnaryKernel)(ptrdiff_t count, float parameter, const float *_Nonnull x,
                            float *_Nonnull y);

// dx = f′(x) dy, entry by entry, with y = f(x).
typedef void (*UnaryGradientKernel)(ptrdiff_t count, float parameter, const float *_Nonnull x,
                                    const float *_Nonnull y, const float *_Nonnull dy,
                                    float *_Nonnull dx);

// A function of one number, and its derivative.
typedef struct {
  UnaryKernel _Nonnull value;
  UnaryGradientKernel _Nonnull gradient;
} UnaryKernels;

// In every function, the memory that is written must not overlap the memory that is read.
typedef struct {
  BinaryKernel _Nonnull add, subtract, multiply, divide;

  UnaryKernels scale;        // parameter · x
  UnaryKernels square;       // x²
  UnaryKernels squareRoot;   // √x; the derivative at 0 is 0
  UnaryKernels reciprocal;   // 1/x, and 0 at 0 with derivative 0
  UnaryKernels exponential;  // eˣ
  UnaryKernels logarithm;    // ln x
  UnaryKernels absolute;     // |x|, with derivative 0 at 0
  UnaryKernels rectify;      // max(x, 0), with derivative 0 at 0
  UnaryKernels sigmoid;      // 1 / (1 + e⁻ˣ)
  UnaryKernels softplus;     // ln(1 + eˣ)
  UnaryKernels tangent;      // tanh x
  UnaryKernels gelu;         // x Φ(x), with the distribution function Φ of the standard normal
  UnaryKernels cap;          // min(x, parameter), with derivative 0 from the parameter on
  UnaryKernels huber;        // x²/2 for |x| ≤ δ, the parameter, and δ(|x| − δ/2) beyond

  // y += x
  void (*_Nonnull accumulate)(ptrdiff_t count, const float *_Nonnull x, float *_Nonnull y);

  // y = c₀ + c₁ x + c₂ x² + … with `terms` terms, in Double; times a factor if one is given.
  void (*_Nonnull polynomial)(ptrdiff_t count, ptrdiff_t terms, const double *_Nonnull coefficients,
                              const float *_Nonnull x, const float *_Nullable factor,
                              float *_Nonnull y);

  // The derivatives by sᵢ of Σ pᵢ log((pᵢ + ε) / (qᵢ + ε)) with p = max(t, 0) and q = max(s, 0),
  // times a factor; 0 if sᵢ ≤ 0.
  void (*_Nonnull divergenceGradient)(ptrdiff_t count, float epsilon, float factor,
                                      const float *_Nonnull s, const float *_Nonnull t,
                                      float *_Nonnull ds);

  // Σ xᵢ and Σ xᵢ yᵢ, accumulated in Double.
  double (*_Nonnull sum)(ptrdiff_t count, const float *_Nonnull x);
  double (*_Nonnull dot)(ptrdiff_t count, const float *_Nonnull x, const float *_Nonnull y);

  // sumsᵢ += xᵢ
  void (*_Nonnull addToSums)(ptrdiff_t count, const float *_Nonnull x, double *_Nonnull sums);

  // How many numbers stand before the first one that is NaN or infinite.
  ptrdiff_t (*_Nonnull finiteCount)(ptrdiff_t count, const float *_Nonnull x);

  // The largest magnitude. NaN is left out; if no number remains, it is 0.
  float (*_Nonnull largestMagnitude)(ptrdiff_t count, const float *_Nonnull x);

  // The largest number; NaN if any number is NaN. There must be at least one number.
  float (*_Nonnull maximum)(ptrdiff_t count, const float *_Nonnull x);
} ElementwiseKernels;
