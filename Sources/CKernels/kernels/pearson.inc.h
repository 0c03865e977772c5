#pragma once

// Pearson's distance 1 − ρ of vectors u and v of n numbers, with
//
//     ρ = s / (√(U V) + ε),  s = Σ (u − ū)(v − v̄),  U = Σ (u − ū)²,  V = Σ (v − v̄)².
//
// One pass sums u′ = u − u₀, v′ = v − v₀, u′², u′v′ and v′² in Double, where u₀ and v₀ are the
// first numbers; U = Σ u′² − (Σ u′)²/n and so on. As (ū − u₀)² ≤ U, Σ u′² is at most (n + 1) U. So
// for any mean at most a factor of n + 1 of Double's 2⁻⁵³ is lost, and a constant vector has
// exactly U = 0.

#include <math.h>

#include "functions.inc.h"
#include "integers.inc.h"
#include "parts.inc.h"

// The five sums of a vector, or vectors of five sums.
typedef struct {
  dvector u, v, uu, uv, vv;
} Moments;

INLINE void add_moments(Moments *sums, dvector u, dvector v) {
  sums->u += u;
  sums->v += v;
  sums->uu += u * u;
  sums->uv += u * v;
  sums->vv += v * v;
}

static void row_moments(ptrdiff_t rows, ptrdiff_t columns, const float *u, const float *v,
                        double *moments, ptrdiff_t step) {
  for (ptrdiff_t r = 0; r < rows; r++, u += columns, v += columns) {
    Moments sums = {0};
    const dvector u0 = in_double(broadcast(u[0])), v0 = in_double(broadcast(v[0]));
    FOR_PARTS(0, columns, {
      add_moments(&sums, in_double(load_part(u + c, count, u[0])) - u0,
                  in_double(load_part(v + c, count, v[0])) - v0);
    });
    moments[r] = sum_of_double_lanes(sums.u);
    moments[r + step] = sum_of_double_lanes(sums.v);
    moments[r + 2 * step] = sum_of_double_lanes(sums.uu);
    moments[r + 3 * step] = sum_of_double_lanes(sums.uv);
    moments[r + 4 * step] = sum_of_double_lanes(sums.vv);
  }
}

// The number of rows that are read side by side. The sums over columns, and what is known of the
// columns, are then fetched once for all of them.
#define SIDE_BY_SIDE 8

static void column_moments(ptrdiff_t rows, ptrdiff_t columns, const float *u, const float *v,
                           const float *u0, const float *v0, double *moments, ptrdiff_t step) {
  for (ptrdiff_t k = 0; k < 5 * step; k++) moments[k] = 0;
  for (ptrdiff_t first = 0; first < rows; first += SIDE_BY_SIDE) {
    const ptrdiff_t some = smaller(SIDE_BY_SIDE, rows - first);
    FOR_PARTS(0, columns, {
      double *m = moments + c;
      Moments sums = {load_doubles(m), load_doubles(m + step), load_doubles(m + 2 * step),
                      load_doubles(m + 3 * step), load_doubles(m + 4 * step)};
      const dvector ownU0 = in_double(load_part(u0 + c, count, 0));
      const dvector ownV0 = in_double(load_part(v0 + c, count, 0));
      for (ptrdiff_t r = 0; r < some; r++) {
        const ptrdiff_t at = (first + r) * columns + c;
        add_moments(&sums, in_double(load_part(u + at, count, 0)) - ownU0,
                    in_double(load_part(v + at, count, 0)) - ownV0);
      }
      store_doubles(m, sums.u);
      store_doubles(m + step, sums.v);
      store_doubles(m + 2 * step, sums.uu);
      store_doubles(m + 3 * step, sums.uv);
      store_doubles(m + 4 * step, sums.vv);
    });
  }
}

// ∂(1 − ρ)/∂u = α (u − ū) + β (v − v̄) = α u + β v + γ, with β = −1 / (√(U V) + ε) and
// α = s √(V / U) β², or 0 if U is 0.
static void pearson_distances(ptrdiff_t count, ptrdiff_t n, double epsilon, const float *u0,
                              ptrdiff_t uStep, const float *v0, ptrdiff_t vStep, double *moments,
                              ptrdiff_t step, float *distances) {
  for (ptrdiff_t i = 0; i < count; i++) {
    double *m = moments + i;
    const double meanU = m[0] / n, meanV = m[step] / n;
    const double uu = m[2 * step] - m[0] * meanU, vv = m[4 * step] - m[step] * meanV;
    const double a = sqrt(uu > 0 ? uu : 0), b = sqrt(vv > 0 ? vv : 0);
    const double s = m[3 * step] - m[0] * meanV, product = a * b + epsilon;
    const double beta = -1 / product, alpha = a > 0 ? s * (b / a) * (beta * beta) : 0;
    distances[i] = (float)((product - s) / product);
    m[0] = alpha;
    m[step] = beta;
    m[2 * step] = -alpha * (u0[i * uStep] + meanU) - beta * (v0[i * vStep] + meanV);
  }
}

INLINE vector pearson_gradient(dvector alpha, dvector beta, dvector gamma, vector u, vector v) {
  return __builtin_convertvector(alpha * in_double(u) + (beta * in_double(v) + gamma), vector);
}

static void row_pearson_gradient(ptrdiff_t rows, ptrdiff_t columns, const float *u, const float *v,
                                 const double *slopes, ptrdiff_t step, float *du) {
  for (ptrdiff_t r = 0; r < rows; r++, u += columns, v += columns, du += columns) {
    const dvector alpha = slopes[r] - (dvector){0}, beta = slopes[r + step] - (dvector){0};
    const dvector gamma = slopes[r + 2 * step] - (dvector){0};
    FOR_PARTS(0, columns, {
      vector x = load_part(u + c, count, 0), y = load_part(v + c, count, 0);
      store_part(du + c, count, pearson_gradient(alpha, beta, gamma, x, y));
    });
  }
}

static void column_pearson_gradient(ptrdiff_t rows, ptrdiff_t columns, const float *u,
                                    const float *v, const double *slopes, ptrdiff_t step,
                                    float *du) {
  for (ptrdiff_t first = 0; first < rows; first += SIDE_BY_SIDE) {
    const ptrdiff_t some = smaller(SIDE_BY_SIDE, rows - first);
    FOR_PARTS(0, columns, {
      const dvector alpha = load_doubles(slopes + c), beta = load_doubles(slopes + c + step);
      const dvector gamma = load_doubles(slopes + c + 2 * step);
      for (ptrdiff_t r = 0; r < some; r++) {
        const ptrdiff_t at = (first + r) * columns + c;
        vector x = load_part(u + at, count, 0), y = load_part(v + at, count, 0);
        store_part(du + at, count, pearson_gradient(alpha, beta, gamma, x, y));
      }
    });
  }
}
