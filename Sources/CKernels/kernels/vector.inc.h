#pragma once

// Vectors of VECTOR floats: all that the files here know about an instruction set. They are
// compiled once for every set. The file of a table defines VECTOR, and REGISTERS, the number of
// vectors that registers hold, before it includes kernels/table.inc.h. If a file is read alone,
// neither is defined, and a vector is one that every processor has.

#include <stddef.h>
#include <stdint.h>

#ifndef VECTOR
#define VECTOR 4
#define REGISTERS 16
#endif

// If the processor can, products are added without being rounded first.
#pragma clang fp contract(fast)

// Every function that takes or returns a vector is inlined, so its calling convention does not
// matter.
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
