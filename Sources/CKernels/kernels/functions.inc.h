#pragma once

// Functions of vectors: parts of a vector, its lanes, the exponential function and the logarithm.

#include "vector.inc.h"

// The first `count` numbers, or a whole vector if there are more, with `fill` in the other lanes.
INLINE vector load_part(const float *p, ptrdiff_t count, float fill) {
  if (count >= VECTOR) return load(p);
  vector v = broadcast(fill);
  for (int i = 0; i < count; i++) v[i] = p[i];
  return v;
}
INLINE void store_part(float *p, ptrdiff_t count, vector v) {
  if (count >= VECTOR) return store(p, v);
  for (int i = 0; i < count; i++) p[i] = v[i];
}

INLINE vector select_lanes(ivector mask, vector yes, vector no) {
  return (vector)((mask & (ivector)yes) | (~mask & (ivector)no));
}

// The larger number in each pair of lanes, or `b` if either is NaN.
INLINE vector larger_lanes(vector a, vector b) { return select_lanes((ivector)(a > b), a, b); }
INLINE vector smaller_lanes(vector a, vector b) { return select_lanes((ivector)(a < b), a, b); }
// max(x, 0); NaN stays.
INLINE vector positive_lanes(vector x) { return larger_lanes((vector){0}, x); }
INLINE float largest_lane(vector v) {
  for (int half = VECTOR / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) v[i] = v[i] > v[i + half] ? v[i] : v[i + half];
  return v[0];
}

INLINE dvector load_doubles(const double *p) {
  dvector v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
INLINE void store_doubles(double *p, dvector v) { __builtin_memcpy(p, &v, sizeof v); }
INLINE dvector in_double(vector v) { return __builtin_convertvector(v, dvector); }
INLINE double sum_of_double_lanes(dvector v) {
  for (int half = VECTOR / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) v[i] += v[i + half];
  return v[0];
}

// ln 2 as a sum of two numbers. The first has so few digits that its product with a small integer
// is exact.
#define LN_2_HIGH 0.693359375f
#define LN_2_LOW -2.12194440e-4f

// eˣ / 2ⁿ with n = round(x / ln 2), which the last digits of `shifted` hold. It is a polynomial for
// eʳ, |r| ≤ ln 2 / 2 (Moshier's, as in the Cephes library).
INLINE vector exponential_of_rest(vector x, vector *shifted) {
  const float round = 0x1.8p23f;  // adding it leaves an integer, n, and no digit behind the point
  *shifted = x * 1.44269504f + round;
  vector n = *shifted - round;
  vector r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
  // The terms are computed in pairs that do not wait for one another.
  vector square = r * r, p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * square + (r * 8.3334519073e-3f + 4.1665795894e-2f);
  p = p * square + (r * 1.6666665459e-1f + 5.0000001201e-1f);
  return p * square + r + 1;
}

// eˣ with an error of at most about one unit in the last place. Overflow gives infinity; underflow
// gives subnormal numbers and then 0.
INLINE vector exponential(vector x) {
  vector shifted;
  vector p = exponential_of_rest(larger_lanes(broadcast(-104.5f), smaller_lanes(broadcast(89), x)),
                                 &shifted);
  // The factor 2ⁿ is applied in two steps, since it may not be a number although the product is
  // one.
  ivector e = (ivector)shifted - (ivector)broadcast(0x1.8p23f), half = e >> 1;
  return p * (vector)((half + 127) << 23) * (vector)((e - half + 127) << 23);
}

// eˣ for x ≤ 0, in fewer steps. It is 0 if eˣ is not a normal number.
INLINE vector exponential_of_negative(vector x) {
  vector shifted, p = exponential_of_rest(larger_lanes(broadcast(-88), x), &shifted);
  // For n = −127, the smallest, the bits of 2ⁿ are those of 0.
  return p * (vector)(((ivector)shifted << 23) + (127 << 23));
}

// (ln(1 + m) − m + m²/2) / m³ for √½ ≤ 1 + m < √2.
INLINE vector logarithm_of_rest(vector m) {
  vector p = broadcast(7.0376836292e-2f);
  p = p * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  return p * m + 3.3333331174e-1f;
}

// x = 2ᵉ (1 + m) with √½ ≤ 1 + m < √2, for a normal number x above 0.
INLINE ivector logarithm_parts(vector x, vector *m) {
  ivector e = ((ivector)x - 0x3f3504f3) >> 23;  // the bits of √½
  *m = (vector)((ivector)x - (e << 23)) - 1;
  return e;
}

// ln x with an error below one unit in the last place.
//
// ln x = e ln 2 + ln(1 + m), with a polynomial from the same source for the latter. ln 0 is −∞, and
// the logarithm of a negative number is NaN.
INLINE vector logarithm(vector x) {
  ivector subnormal = (ivector)(x < 0x1p-126f);
  vector scaled = select_lanes(subnormal, x * 0x1p23f, x), m;
  ivector e = logarithm_parts(scaled, &m);
  vector n = __builtin_convertvector(e - (subnormal & 23), vector);
  vector p = logarithm_of_rest(m);
  vector square = m * m;
  vector y = p * (m * square) + n * LN_2_LOW - square * 0.5f;
  y = m + y + n * LN_2_HIGH;
  y = select_lanes((ivector)(x == 0), broadcast(-__builtin_inff()), y);
  y = select_lanes((ivector)(x < __builtin_inff()), y, x);
  return select_lanes((ivector)(x < 0), broadcast(__builtin_nanf("")), y);
}

// r − ln(1 + r), which is never negative, with an error of some units in the last place even if r
// is small. `x` is 1 + r, rounded once; it is a normal number above 0.
INLINE vector logarithm_excess(vector r, vector x) {
  vector m;
  ivector e = logarithm_parts(x, &m);
  ivector small = (ivector)(r > -0.292f) & (ivector)(r < 0.414f);
  m = select_lanes(small, r, m);
  vector n = __builtin_convertvector(e, vector);
  vector square = m * m;
  vector below = square * 0.5f - logarithm_of_rest(m) * (m * square);
  return select_lanes(small, below, (r - m) + (below - n * LN_2_LOW - n * LN_2_HIGH));
}
