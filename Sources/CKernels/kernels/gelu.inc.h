#pragma once

// x Φ(x) and its derivative, with the distribution function Φ of the standard normal, in Double:
// near a root of the derivative, and far below 0, floats would lose its figures.

#include "functions.inc.h"
#include "vector.inc.h"

typedef int64_t lvector __attribute__((vector_size(VECTOR * sizeof(int64_t))));

INLINE dvector select_doubles(lvector mask, dvector yes, dvector no) {
  return (dvector)((mask & (lvector)yes) | (~mask & (lvector)no));
}

// eˣ for x ≤ 0 with a relative error of 10⁻⁹; below −700 it is e⁻⁷⁰⁰. It is 2ⁿ eʳ with
// n = round(x / ln 2), which the last digits of `shifted` hold, and the Taylor series of eʳ.
INLINE dvector exponential_in_double(dvector x) {
  const double round = 0x1.8p52;
  x = select_doubles((lvector)(x < -700), (dvector){0} - 700, x);
  dvector shifted = x * 1.4426950408889634 + round;
  dvector r = x - (shifted - round) * 0.69314718055994531;
  dvector p = r * (1.0 / 40320) + 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 1.0 / 2;
  p = p * r + 1;
  p = p * r + 1;
  return p * (dvector)(((lvector)shifted << 52) + (1023LL << 52));
}

// Φ(−m) / exp(−m²/2) for m ≥ 0, a smooth function of t = 1/(1 + 0.3 m): the polynomial was fitted
// for the least relative error, 3 · 10⁻⁹, up to m = 14.5, where Φ(−m) is no Float32 any more.
INLINE dvector normal_tail_quotient(dvector m) {
  dvector t = 1 / (m * 0.3 + 1);
  dvector p = t * -0.020019467727592125 + 0.10888876833215372;
  p = p * t - 0.219084317890289;
  p = p * t + 0.1782486176671209;
  p = p * t - 0.06664755058681313;
  p = p * t + 0.08815310165044518;
  p = p * t + 0.08175290742493058;
  p = p * t + 0.10930122966964004;
  p = p * t + 0.11973568373178718;
  p = p * t + 0.11967031954869539;
  return p * t + 7.066847867442938e-07;
}

// Φ(x), and exp(−x²/2).
INLINE dvector normal_distribution(dvector x, dvector *e) {
  *e = exponential_in_double(x * x * -0.5);
  dvector magnitude = (dvector)((lvector)x & INT64_MAX);
  dvector tail = *e * normal_tail_quotient(magnitude);
  return select_doubles((lvector)(x < 0), tail, 1 - tail);
}

INLINE vector gelu(vector x) {
  dvector e, d = in_double(x);
  return __builtin_convertvector(d * normal_distribution(d, &e), vector);
}
// Φ(x) + x φ(x) with the density φ.
INLINE vector gelu_slope(vector x) {
  dvector e, d = in_double(x), distribution = normal_distribution(d, &e);
  return __builtin_convertvector(distribution + d * e * 0.39894228040143267794, vector);
}
