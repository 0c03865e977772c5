#pragma once
#include <stdbool.h>
#include <stdint.h>

// One step of an optimizer over a parameter of `count` floats, in one pass.
typedef struct {
  void (*_Nonnull stochasticGradientDescent)(int64_t count, const float *_Nonnull parameter,
                                             const float *_Nonnull gradient,
                                             const float *_Nonnull velocity, float learningRate,
                                             float momentum, float weightDecay, bool nesterov,
                                             float *_Nonnull newParameter,
                                             float *_Nonnull newVelocity);

  // `stepSize` is the learning rate / (1 - meanDecay^t), and `scale` is
  // 1 / sqrt(1 - squareDecay^t). A share is 1 - the decay, computed from a number that is more
  // exact than a float.
  void (*_Nonnull adam)(int64_t count, const float *_Nonnull parameter,
                        const float *_Nonnull gradient, const float *_Nonnull mean,
                        const float *_Nonnull square, float stepSize, float scale, float meanDecay,
                        float meanShare, float squareDecay, float squareShare, float epsilon,
                        float weightDecay, float *_Nonnull newParameter, float *_Nonnull newMean,
                        float *_Nonnull newSquare);
} OptimizerKernels;
