// Every kernel, for vectors of VECTOR floats. Included once for each instruction set.

typedef float vector __attribute__((vector_size(VECTOR * sizeof(float))));
typedef int32_t ivector __attribute__((vector_size(VECTOR * sizeof(int32_t))));

#define INLINE static inline __attribute__((always_inline))

INLINE vector load(const float *p) {
  vector v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
INLINE void store(float *p, vector v) { __builtin_memcpy(p, &v, sizeof v); }
INLINE vector broadcast(float x) { return x - (vector){0}; }
INLINE float sum_of_lanes(vector v) {
  float s = 0;
  for (int i = 0; i < VECTOR; i++) s += v[i];
  return s;
}
INLINE ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

#include "strips.inc.h"
#include "correlation.inc.h"
#include "winograd.inc.h"
#include "convolution.inc.h"
#include "weight_gradient.inc.h"
#include "elementwise.inc.h"
#include "matrix.inc.h"
#include "normalization.inc.h"
#include "optimizer.inc.h"
#include "pooling.inc.h"
#include "relations.inc.h"
#include "rows.inc.h"

#define TABLE                                                                              \
  {                                                                                        \
    .name = NAME, .convolution = convolution_kernels, .elementwise = elementwise_kernels,  \
    .matrix = matrix_kernels, .normalization = normalization_kernels,                      \
    .optimizer = optimizer_kernels, .pooling = pooling_kernels,                            \
    .relations = relations_kernels, .rows = rows_kernels                                   \
  }
