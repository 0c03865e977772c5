#pragma once

// D = Σ p ln((p + ε) / (q + ε)) for rows of probabilities p and q.
//
// Near p = q the terms are many times larger than their sum. With r = (q − p) / (p + ε),
//
//     −p ln(1 + r) = p (r − ln(1 + r)) − p r
//          −Σ p r  = Σ (q − p) ε/(p + ε) − Σ (q − p)
//                  = Σ (q − p) (ε/(p + ε) − c) − (1 − c) Σ (q − p)
//
// for any c. No term of the first sum is negative. With c = ε/(1/n + ε), the value of ε/(p + ε) for
// an even p, the second sum is small beside the first if ε is small or p is even. The third sum is
// 0 if both rows sum to one. After rounding to floats they sum to one only up to rounding, which
// would be most of D, so the third sum is left out if it is no larger than that.

#include <math.h>

#include "functions.inc.h"
#include "parts.inc.h"

// The part of Σ (p + q) within which Σ (q − p) counts as rounding: half a unit in the last place of
// each number, and of a factor that all numbers of a row share.
#define SUM_ROUNDING 0x1p-24

static double divergence_of_row(ptrdiff_t columns, float epsilon, float even, const float *s,
                                const float *t) {
  dvector terms = {0}, excesses = {0};
  vector masses = {0};
  FOR_PARTS(0, columns, {
    const vector p = positive_lanes(load_part(t + c, count, 0));
    const vector q = positive_lanes(load_part(s + c, count, 0));
    const vector difference = q - p, inverse = 1 / (p + epsilon);
    const vector excess = logarithm_excess(difference * inverse, (q + epsilon) * inverse);
    terms += in_double(p * excess + difference * (epsilon * inverse - even));
    excesses += in_double(difference);
    masses += p + q;
  });
  const double sum = sum_of_double_lanes(terms), excess = sum_of_double_lanes(excesses);
  if (fabs(excess) <= SUM_ROUNDING * sum_of_lanes(masses)) return sum;
  return sum - (1 - even) * excess;
}

static double divergence(ptrdiff_t rows, ptrdiff_t columns, float epsilon, const float *s,
                         const float *t) {
  const float even = epsilon / (1 / (float)columns + epsilon);
  double sum = 0;
  for (ptrdiff_t r = 0; r < rows; r++, s += columns, t += columns)
    sum += divergence_of_row(columns, epsilon, even, s, t);
  return sum;
}

// With w = log(q / p) and φ(w) = e^w − 1 − w, KL(p ‖ q) = Σ p φ(w), since Σ p = Σ q. No term is
// negative, so none cancel, and the error in the normalizers of p and q enters squared. If w is
// small, φ is a series, and q − p = p (w + φ(w)).
INLINE vector divergence_terms(vector p, vector q, vector w, vector *change) {
  vector square = w * w;
  vector series = square * (1 / 40320.f) + (w * (1 / 5040.f) + 1 / 720.f);
  series = series * square + (w * (1 / 120.f) + 1 / 24.f);
  series = (series * square + (w * (1 / 6.f) + 1 / 2.f)) * square;
  ivector small = (ivector)(square < 0.25f);
  *change = select_lanes(small, p * (w + series), q - p);
  // If p is 0, w may be −∞; the product of the two counts as 0.
  vector term = *change - (vector)((ivector)(p * w) & (ivector)(p > 0));
  return select_lanes(small, p * series, term);
}
