// Steps of optimizers.
#include "harness.h"

// A few sums of products, each rounded once or twice.
void test_optimizer(void) {
  const ptrdiff_t counts[] = {0, 1, 3, 4, 5, 8, 9, 15, 16, 17, 35};
  for (ptrdiff_t i = 0; i < COUNT(counts); i++) {
    const ptrdiff_t n = counts[i];
    begin("%td parameters", n);
    const float *parameter = numbers(n, -1, 1), *gradient = numbers(n, -1, 1);
    const float *mean = numbers(n, -1, 1), *square = numbers(n, 0, 1);
    float *newParameter = floats(n), *newMean = floats(n), *newSquare = floats(n);
    for (int nesterov = 0; nesterov < 2; nesterov++) {
      KERNEL(optimizer.stochasticGradientDescent)
      (n, parameter, gradient, mean, 0.1f, 0.9f, 0.01f, nesterov, newParameter, newMean);
      expect_floats(n, newParameter, roundings(0, 4));
      expect_floats(n, newMean, roundings(0, 4));
    }
    KERNEL(optimizer.adam)
    (n, parameter, gradient, mean, square, 0.01f, 1.1f, 0.9f, 0.1f, 0.999f, 0.001f, 0.01f, 0.01f,
     newParameter, newMean, newSquare);
    expect_floats(n, newParameter, roundings(0, 4));
    expect_floats(n, newMean, roundings(0, 4));
    expect_floats(n, newSquare, roundings(4, 0));
  }
}
