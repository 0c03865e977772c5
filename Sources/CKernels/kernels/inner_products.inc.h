#pragma once

// Squared distances and cosines from the inner products G of the rows.
// docs/kernels/inner-products.md derives them.

#include <math.h>

#include "distance_gradient.inc.h"
#include "distances.inc.h"
#include "functions.inc.h"
#include "relations.h"

// Below this part of Gᵢᵢ + Gⱼⱼ a squared distance is summed from squared differences: the products
// have an error of some 2⁻²² of Gᵢᵢ + Gⱼⱼ, and would lose more than five bits of the distance.
#define CLOSE 0x1p-5f

static ShortEdges product_distances(ptrdiff_t n, const float *products, const float *norms,
                                    ptrdiff_t first, ptrdiff_t end, float *squared) {
  ShortEdges found = {.count = 0, .shortest = INFINITY};
  for (ptrdiff_t i = first; i < end; i++) {
    float *result = squared + i * n;
    const float own = norms[i];
    ivector shorts = {0};  // minus the number of short edges
    vector shortest = broadcast(INFINITY);
    for (ptrdiff_t j = 0; j < n; j += VECTOR) {
      const vector sums = load_part(norms + j, n - j, INFINITY) + own;
      vector value = sums - 2 * load_part(products + i * n + j, n - j, 0);
      if (j <= i && i < j + VECTOR) value[i - j] = INFINITY;
      shorts += value < (float)SHORT * sums;
      shortest = smaller_lanes(value, shortest);
      store_part(result + j, n - j, value);
    }
    for (int l = 0; l < VECTOR; l++) {
      found.count -= shorts[l];
      found.shortest = shortest[l] < found.shortest ? shortest[l] : found.shortest;
    }
    result[i] = 0;
  }
  return found;
}

static void close_distances(ptrdiff_t n, ptrdiff_t d, const float *x, const float *norms,
                            ptrdiff_t first, ptrdiff_t end, float *squared) {
  for (ptrdiff_t i = first; i < end; i++)
    for (ptrdiff_t j = 0; j < n; j++)
      if (j != i && squared[i * n + j] < CLOSE * (norms[i] + norms[j]))
        squared[i * n + j] = (float)squared_distance(d, x + i * d, x + j * d);
}

static void distance_products(ptrdiff_t n, const float *restrict squared,
                              const float *restrict norms, ptrdiff_t first, ptrdiff_t end,
                              float *restrict products) {
  for (ptrdiff_t i = first; i < end; i++)
    for (ptrdiff_t j = 0; j < n; j++)
      products[i * n + j] = 0.5f * (norms[i] + norms[j] - squared[i * n + j]);
}

static void product_cosines(ptrdiff_t n, const float *products, const double *factors,
                            ptrdiff_t first, ptrdiff_t end, float *y) {
  for (ptrdiff_t i = first; i < end; i++)
    for (ptrdiff_t j = 0; j < n; j++)
      y[i * n + j] = (float)(products[i * n + j] * (factors[i] * factors[j]));
}

static void product_cosines_gradient(ptrdiff_t n, const float *dy, const float *y,
                                     const double *factors, const double *lengths, ptrdiff_t first,
                                     ptrdiff_t end, float *gradient) {
  float mirror[BLOCK][BLOCK] = {{0}};
  for (ptrdiff_t i = first; i < end; i += BLOCK) {
    const ptrdiff_t rows = end - i < BLOCK ? end - i : BLOCK;
    dvector along[BLOCK] = {{0}};  // Σⱼ (dyᵢⱼ + dyⱼᵢ) yᵢⱼ over j ≠ i
    double own[BLOCK] = {0};       // 2 dyᵢᵢ
    for (ptrdiff_t j = 0; j < n; j += BLOCK) {
      const ptrdiff_t columns = n - j < BLOCK ? n - j : BLOCK;
      double others[BLOCK] = {0};
      memcpy(others, factors + j, columns * sizeof(double));
      load_mirror(n, dy, i, rows, j, columns, mirror);
      for (ptrdiff_t r = 0; r < rows; r++)
        for (ptrdiff_t c = 0; c < columns; c += VECTOR) {
          const ptrdiff_t at = (i + r) * n + j + c, rest = columns - c, diagonal = i + r - j - c;
          vector w = load(mirror[r] + c) + load_part(dy + at, rest, 0);
          if (lengths) {
            if (0 <= diagonal && diagonal < VECTOR) {
              own[r] = w[diagonal];
              w[diagonal] = 0;
            }
            const dvector slope = in_double(w);
            along[r] += slope * in_double(load_part(y + at, rest, 0));
            w = __builtin_convertvector(slope * (factors[i + r] * load_doubles(others + c)),
                                        vector);
          }
          store_part(gradient + at, rest, w);
        }
    }
    for (ptrdiff_t r = 0; lengths && r < rows; r++) {
      const double f = factors[i + r], length = lengths[i + r];
      const double damped = own[r] * f * f * (1 - length * f);
      const double pulled = f / length * sum_of_double_lanes(along[r]);
      gradient[(i + r) * n + i + r] = (float)(length > 0 ? damped - pulled : 0);
    }
  }
}
