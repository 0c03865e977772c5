#pragma once

// Steps of optimizers, as torch.optim.SGD and torch.optim.Adam take them.

#include <string.h>

#include "optimizer.h"
#include "vector.inc.h"

// The vector at p, if only `count` of its floats exist.
INLINE vector load_first(const float *p, int64_t count) {
  if (count >= VECTOR) return load(p);
  vector v = {0};
  memcpy(&v, p, count * sizeof(float));
  return v;
}
INLINE void store_first(float *p, int64_t count, vector v) {
  memcpy(p, &v, (count < VECTOR ? count : VECTOR) * sizeof(float));
}

static void stochastic_gradient_descent(int64_t count, const float *parameter,
                                        const float *gradient, const float *velocity,
                                        float learningRate, float momentum, float weightDecay,
                                        bool nesterov, float *newParameter, float *newVelocity) {
  for (int64_t i = 0; i < count; i += VECTOR) {
    int64_t rest = count - i;
    vector p = load_first(parameter + i, rest);
    vector g = load_first(gradient + i, rest) + weightDecay * p;
    vector v = momentum * load_first(velocity + i, rest) + g;
    store_first(newVelocity + i, rest, v);
    store_first(newParameter + i, rest, p - learningRate * (nesterov ? g + momentum * v : v));
  }
}

static void adam(int64_t count, const float *parameter, const float *gradient, const float *mean,
                 const float *square, float stepSize, float scale, float meanDecay, float meanShare,
                 float squareDecay, float squareShare, float epsilon, float weightDecay,
                 float *newParameter, float *newMean, float *newSquare) {
  for (int64_t i = 0; i < count; i += VECTOR) {
    int64_t rest = count - i;
    vector p = load_first(parameter + i, rest);
    vector g = load_first(gradient + i, rest) + weightDecay * p;
    vector m = meanDecay * load_first(mean + i, rest) + meanShare * g;
    vector s = squareDecay * load_first(square + i, rest) + squareShare * (g * g);
    store_first(newMean + i, rest, m);
    store_first(newSquare + i, rest, s);
    vector root = __builtin_elementwise_sqrt(s);
    store_first(newParameter + i, rest, p - stepSize * m / (root * scale + epsilon));
  }
}

static const OptimizerKernels optimizer_kernels = {
    .stochasticGradientDescent = stochastic_gradient_descent, .adam = adam};
