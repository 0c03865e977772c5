#pragma once

// Vectors of VECTOR floats, all that the files here know of an instruction set. Each is compiled
// once for every set: a table's file defines VECTOR before it includes kernels/table.inc.h, and
// nothing else. Without it, as where a file is read alone, a vector is what every processor has.

#include <stddef.h>
#include <stdint.h>

#ifndef VECTOR
#define VECTOR 4
#endif

// Products are added without being rounded first where the processor can.
#pragma clang fp contract(fast)

// All that takes or returns a vector is inlined, whatever the calling convention.
#pragma clang diagnostic ignored "-Wpsabi"
#define INLINE static inline __attribute__((always_inline))

typedef float vector __attribute__((vector_size(VECTOR * sizeof(float))));
typedef int32_t ivector __attribute__((vector_size(VECTOR * sizeof(int32_t))));
typedef double dvector __attribute__((vector_size(VECTOR * sizeof(double))));
typedef float quad __attribute__((vector_size(4 * sizeof(float))));

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
