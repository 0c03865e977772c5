#pragma once
#include <stddef.h>

// Functions of each row of a rows × columns matrix of logits z. Every row's maximum is subtracted
// first, so that no finite logit overflows; sums are accumulated in Double. There must be a
// column, and the inverse of the temperature must be positive and finite.
typedef struct {
  // y = softmax(z / τ)
  void (*_Nonnull softmax)(ptrdiff_t rows, ptrdiff_t columns, float inverse_temperature,
                           const float *_Nonnull z, float *_Nonnull y);

  // dzᵢ = yᵢ (dyᵢ − Σ yⱼ dyⱼ) / τ
  void (*_Nonnull softmax_gradient)(ptrdiff_t rows, ptrdiff_t columns, float inverse_temperature,
                                    const float *_Nonnull y, const float *_Nonnull dy,
                                    float *_Nonnull dz);

  // y = log softmax(z / τ)
  void (*_Nonnull log_softmax)(ptrdiff_t rows, ptrdiff_t columns, float inverse_temperature,
                               const float *_Nonnull z, float *_Nonnull y);

  // dzᵢ = (dyᵢ − exp(yᵢ) Σ dyⱼ) / τ
  void (*_Nonnull log_softmax_gradient)(ptrdiff_t rows, ptrdiff_t columns,
                                        float inverse_temperature, const float *_Nonnull y,
                                        const float *_Nonnull dy, float *_Nonnull dz);

  // The sum over rows of −Σ qᵢ log pᵢ, and dzᵢ = weight · (pᵢ − qᵢ), where p = softmax(z) and
  // q = (1 − ε) · onehot(label) + ε / columns.
  double (*_Nonnull cross_entropy)(ptrdiff_t rows, ptrdiff_t columns, double smoothing,
                                   double weight, const float *_Nonnull z,
                                   const ptrdiff_t *_Nonnull labels, float *_Nonnull dz);

  // The sum over rows of KL(p ‖ q) = Σ pᵢ log(pᵢ / qᵢ), and dzᵢ = weight · (qᵢ − pᵢ), where
  // p = softmax(t / τ) and q = softmax(z / τ).
  double (*_Nonnull kl_divergence)(ptrdiff_t rows, ptrdiff_t columns, double inverse_temperature,
                                   double weight, const float *_Nonnull z,
                                   const float *_Nonnull t, float *_Nonnull dz);
} RowKernels;
