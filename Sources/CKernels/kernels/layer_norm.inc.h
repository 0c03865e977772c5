#pragma once

// Layer normalisation, row by row.

#include <math.h>

#include "elementwise.inc.h"
#include "parts.inc.h"

// Squares are summed of the deviations from the rounded mean, which is exact for equal numbers.
static void layer_normalize(ptrdiff_t rows, ptrdiff_t columns, double epsilon, const float *x,
                            const float *scale, const float *shift, float *y, float *moments) {
  for (ptrdiff_t r = 0; r < rows; r++, x += columns, y += columns, moments += 2) {
    const float mean = (float)(sum(columns, x) / (double)columns);
    dvector squares = {0};
    FOR_PARTS(0, columns, {
      const vector d = load_part(x + c, count, mean) - mean;
      squares += in_double(d * d);
    });
    const double variance = sum_of_double_lanes(squares) / (double)columns;
    const float inverse = (float)(1 / sqrt(variance + epsilon));
    moments[0] = mean, moments[1] = inverse;
    for (ptrdiff_t c = 0; c < columns; c++) y[c] = (x[c] - mean) * inverse * scale[c] + shift[c];
  }
}

// With x̂ = (x − mean) · inverse and g = dy · scale: dx = inverse · (g − mean(g) − x̂ mean(g x̂)).
static void layer_normalize_gradient(ptrdiff_t rows, ptrdiff_t columns, const float *x,
                                     const float *scale, const float *moments, const float *dy,
                                     float *dx, float *dScale, float *dShift) {
  for (ptrdiff_t r = 0; r < rows; r++, x += columns, dy += columns, dx += columns, moments += 2) {
    const float mean = moments[0], inverse = moments[1];
    dvector sums = {0}, products = {0};
    FOR_PARTS(0, columns, {
      const vector d = load_part(dy + c, count, 0);
      const vector normal = (load_part(x + c, count, mean) - mean) * inverse;
      const vector g = d * load_part(scale + c, count, 0);
      sums += in_double(g);
      products += in_double(g * normal);
      store_part(dShift + c, count, load_part(dShift + c, count, 0) + d);
      store_part(dScale + c, count, load_part(dScale + c, count, 0) + d * normal);
    });
    const float ofSum = (float)(sum_of_double_lanes(sums) / (double)columns);
    const float ofProduct = (float)(sum_of_double_lanes(products) / (double)columns);
    for (ptrdiff_t c = 0; c < columns; c++) {
      const float normal = (x[c] - mean) * inverse;
      dx[c] = inverse * (dy[c] * scale[c] - ofSum - normal * ofProduct);
    }
  }
}
