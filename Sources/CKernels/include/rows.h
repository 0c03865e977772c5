#pragma once
#include <stddef.h>

// Functions of each row of a rows × columns matrix of logits z. Every row's maximum is subtracted
// first, so no finite logit overflows; sums are accumulated in Double. There must be at least one
// column, and the inverse of the temperature must be positive and finite.
typedef struct {
  // y = softmax(z / τ)
  void (*_Nonnull softmax)(ptrdiff_t rows, ptrdiff_t columns, float inverseTemperature,
                           const float *_Nonnull z, float *_Nonnull y);

  // dzᵢ = yᵢ (dyᵢ − Σ yⱼ dyⱼ) / τ
  void (*_Nonnull softmaxGradient)(ptrdiff_t rows, ptrdiff_t columns, float inverseTemperature,
                                   const float *_Nonnull y, const float *_Nonnull dy,
                                   float *_Nonnull dz);

  // y = log softmax(z / τ)
  void (*_Nonnull logSoftmax)(ptrdiff_t rows, ptrdiff_t columns, float inverseTemperature,
                              const float *_Nonnull z, float *_Nonnull y);

  // dzᵢ = (dyᵢ − exp(yᵢ) Σ dyⱼ) / τ
  void (*_Nonnull logSoftmaxGradient)(ptrdiff_t rows, ptrdiff_t columns, float inverseTemperature,
                                      const float *_Nonnull y, const float *_Nonnull dy,
                                      float *_Nonnull dz);

  // The sum over rows of −Σ qᵢ log pᵢ, and dzᵢ = weight · (pᵢ − qᵢ), with p = softmax(z) and
  // q = (1 − ε) · onehot(label) + ε / columns.
  double (*_Nonnull crossEntropy)(ptrdiff_t rows, ptrdiff_t columns, double smoothing,
                                  double weight, const float *_Nonnull z,
                                  const ptrdiff_t *_Nonnull labels, float *_Nonnull dz);

  // The sum over rows of KL(p ‖ q) = Σ pᵢ log(pᵢ / qᵢ), and dzᵢ = weight · (qᵢ − pᵢ), with
  // p = softmax(t / τ) and q = softmax(z / τ). `scratch` has room for so many numbers, a row or
  // more.
  double (*_Nonnull klDivergence)(ptrdiff_t rows, ptrdiff_t columns, double inverseTemperature,
                                  double weight, const float *_Nonnull z, const float *_Nonnull t,
                                  float *_Nonnull dz, float *_Nonnull scratch, ptrdiff_t room);

  // The sum over rows of KL(softmax(y yᵀ) ‖ softmax(x xᵀ)) for x of n × d and y of n × e numbers,
  // each times its factor, and the gradient dx. It is −1 if the lengths of some rows differ so much
  // that one factor for all exponentials leaves no figures of one; then nothing else is computed.
  // `scratch` must have room for the count.
  ptrdiff_t (*_Nonnull relationScratchCount)(ptrdiff_t n, ptrdiff_t d, ptrdiff_t e);
  double (*_Nonnull relationDivergence)(ptrdiff_t n, ptrdiff_t d, ptrdiff_t e, float ofX, float ofY,
                                        const float *_Nonnull x, const float *_Nonnull y,
                                        float *_Nonnull dx, float *_Nonnull scratch);

  // Each row minus its mean, in Double.
  void (*_Nonnull center)(ptrdiff_t rows, ptrdiff_t columns, const float *_Nonnull x,
                          float *_Nonnull y);

  // y = x / Σ xⱼ after an offset is added to every x, or 0 if the sum is below the smallest normal
  // number; also the inverses of the sums. Then dxᵢ = (dyᵢ − Σ yⱼ dyⱼ) / Σ xⱼ.
  void (*_Nonnull divideBySum)(ptrdiff_t rows, ptrdiff_t columns, double offset,
                               const float *_Nonnull x, float *_Nonnull y,
                               double *_Nonnull inverses);
  void (*_Nonnull divideBySumGradient)(ptrdiff_t rows, ptrdiff_t columns, const float *_Nonnull y,
                                       const double *_Nonnull inverses, const float *_Nonnull dy,
                                       float *_Nonnull dx);

  // y = (x − mean) / √(variance + ε) · scale + shift of each row, and the mean and the inverse of
  // the root, a pair for each row.
  void (*_Nonnull layerNormalize)(ptrdiff_t rows, ptrdiff_t columns, double epsilon,
                                  const float *_Nonnull x, const float *_Nonnull scale,
                                  const float *_Nonnull shift, float *_Nonnull y,
                                  float *_Nonnull moments);

  // The derivative by x; the rows' shares of those by scale and shift are added to these.
  void (*_Nonnull layerNormalizeGradient)(ptrdiff_t rows, ptrdiff_t columns,
                                          const float *_Nonnull x, const float *_Nonnull scale,
                                          const float *_Nonnull moments, const float *_Nonnull dy,
                                          float *_Nonnull dx, float *_Nonnull dScale,
                                          float *_Nonnull dShift);

  // The sum over rows of Σ pᵢ log((pᵢ + ε) / (qᵢ + ε)) with p = max(t, 0) and q = max(s, 0), ε > 0.
  // If the sums of p and q agree up to rounding, they count as equal.
  double (*_Nonnull divergence)(ptrdiff_t rows, ptrdiff_t columns, float epsilon,
                                const float *_Nonnull s, const float *_Nonnull t);

  // The sums from which the correlations of two matrices follow, for each row or each column: of
  // u − u₀, v − v₀, (u − u₀)², (u − u₀)(v − v₀) and (v − v₀)². The five are `step` apart; `step` is
  // a multiple of 16 and at least the number of columns. For rows, u₀ and v₀ are a row's first
  // numbers. For columns they are given: the numbers of the first of all rows.
  void (*_Nonnull rowMoments)(ptrdiff_t rows, ptrdiff_t columns, const float *_Nonnull u,
                              const float *_Nonnull v, double *_Nonnull moments, ptrdiff_t step);
  void (*_Nonnull columnMoments)(ptrdiff_t rows, ptrdiff_t columns, const float *_Nonnull u,
                                 const float *_Nonnull v, const float *_Nonnull u0,
                                 const float *_Nonnull v0, double *_Nonnull moments,
                                 ptrdiff_t step);

  // 1 − ρ for `count` pairs of vectors of n numbers, with
  // ρ = ⟨u − ū, v − v̄⟩ / (‖u − ū‖ ‖v − v̄‖ + ε), ε > 0. The first three moments are replaced by α,
  // β and γ; the derivative is α u + β v + γ.
  void (*_Nonnull pearsonDistances)(ptrdiff_t count, ptrdiff_t n, double epsilon,
                                    const float *_Nonnull u0, ptrdiff_t uStep,
                                    const float *_Nonnull v0, ptrdiff_t vStep,
                                    double *_Nonnull moments, ptrdiff_t step,
                                    float *_Nonnull distances);

  // du = α u + β v + γ, with α, β and γ for each row, or each column, `step` apart.
  void (*_Nonnull rowPearsonGradient)(ptrdiff_t rows, ptrdiff_t columns, const float *_Nonnull u,
                                      const float *_Nonnull v, const double *_Nonnull slopes,
                                      ptrdiff_t step, float *_Nonnull du);
  void (*_Nonnull columnPearsonGradient)(ptrdiff_t rows, ptrdiff_t columns, const float *_Nonnull u,
                                         const float *_Nonnull v, const double *_Nonnull slopes,
                                         ptrdiff_t step, float *_Nonnull du);
} RowKernels;
