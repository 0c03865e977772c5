#pragma once

// Convolution with 3 x 3 taps and stride 1 in tiles of 2 x 2 pixels, with 16 multiplications in
// place of 36 (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016):
//
//   y = A'[(G w G') * (B' x B)]A
//
// Here x is 4 x 4 pixels of the source, w the 3 x 3 weights, and * is taken entry by entry and
// summed over the source's channels before A is applied: 16 small matrix products. All matrices
// hold 0, 1, -1 and, in G only, 1/2, so little accuracy is lost. The gradient at the weights does
// not use this method: there the products are summed over pixels, and the transformed pixels do not
// fit the first-level cache, which costs as much as the fewer multiplications save.

#include <stdbool.h>

#include "convolution.h"
#include "correlation.inc.h"
#include "lanes.inc.h"
#include "strips.inc.h"
#include "vector.inc.h"

#define POINTS 16
#if VECTOR == 16
#define TILES PIXELS  // tiles in a product: PIXELS vectors
#else
#define TILES 1
#endif
#define TILE_FLOATS (TILES * LANES)
#define OUTPUTS 16  // target channels whose products are kept before A is applied

// Whether Winograd's method pays, for sources and targets in either role.
INLINE bool uses_winograd(Convolution k) {
  return k.kernel == 3 && k.stride == 1 && k.inputChannels >= 8 && k.outputChannels >= 8
         && k.outputHeight >= 2 && k.outputWidth >= 2;
}

// B' x B for 4 x 4 pixels, written to sixteen places that are `point` floats apart.
INLINE void transform_source(const float *source, long row, long point, float *to) {
  vector v[4][4];
  for (int c = 0; c < 4; c++) {
    vector x0 = load(source + c * LANES), x1 = load(source + row + c * LANES);
    vector x2 = load(source + 2 * row + c * LANES), x3 = load(source + 3 * row + c * LANES);
    v[0][c] = x0 - x2, v[1][c] = x1 + x2, v[2][c] = x2 - x1, v[3][c] = x1 - x3;
  }
  for (int r = 0; r < 4; r++, to += 4 * point) {
    store(to, v[r][0] - v[r][2]);
    store(to + point, v[r][1] + v[r][2]);
    store(to + 2 * point, v[r][2] - v[r][1]);
    store(to + 3 * point, v[r][1] - v[r][3]);
  }
}

// A' m A for sixteen places that are `point` floats apart, written to 2 x 2 pixels.
INLINE void transform_target(const float *m, long point, float *to, long row, long column) {
  vector v[2][4];
  for (int c = 0; c < 4; c++, m += point) {
    vector m1 = load(m + 4 * point), m2 = load(m + 8 * point);
    v[0][c] = load(m) + m1 + m2, v[1][c] = m1 - m2 - load(m + 12 * point);
  }
  for (int r = 0; r < 2; r++, to += row) {
    store(to, v[r][0] + v[r][1] + v[r][2]);
    store(to + column, v[r][1] - v[r][2] - v[r][3]);
  }
}

// G w G' for 3 x 3 weights, written to [POINTS], `point` floats apart.
static void transform_weights(const float *w, long row, long column, long point, float *to) {
  float v[4][3];
  for (int c = 0; c < 3; c++, w += column) {
    float w0 = w[0], w1 = w[row], w2 = w[2 * row];
    v[0][c] = w0, v[1][c] = (w0 + w1 + w2) / 2, v[2][c] = (w0 - w1 + w2) / 2, v[3][c] = w2;
  }
  for (int r = 0; r < 4; r++, to += 4 * point) {
    to[0] = v[r][0], to[3 * point] = v[r][2];
    to[point] = (v[r][0] + v[r][1] + v[r][2]) / 2;
    to[2 * point] = (v[r][0] - v[r][1] + v[r][2]) / 2;
  }
}

static int64_t winograd_scratch_count(int sources) {
  return (int64_t)POINTS * TILE_FLOATS * (sources + OUTPUTS);
}

// The even part of the target. The weights are [POINTS][targets / GROUP][sources][GROUP].
static void correlate_winograd(Correlation k, float *scratch) {
  float *transformed = scratch;  // [POINTS][sources][TILE_FLOATS]
  float *products = scratch + (long)POINTS * k.sources * TILE_FLOATS;  // [OUTPUTS][POINTS][…]
  long point = (long)k.sources * TILE_FLOATS;
  int row = 0, column = 0, groups = quotient_up(k.targets, GROUP);
  for (int i = 0; i < (k.rows / 2) * (k.columns / 2); i += TILES) {
    Place places[TILES];
    next_places(&k, 2, TILES, &row, &column, places);
    for (int s = 0; s < k.sources; s++)
      for (int t = 0; t < TILES; t++)
        for (int lane = 0; lane < LANES; lane += VECTOR)
          transform_source(places[t].source + s * k.sourceChannel + lane, k.sourceRow, point,
                           transformed + (s * TILES + t) * LANES + lane);
    for (int first = 0; first < groups; first += OUTPUTS / GROUP) {
      int last = smaller(first + OUTPUTS / GROUP, groups);
      for (int p = 0; p < POINTS; p++)
        for (int g = first; g < last; g++)
          for (int at = 0; at < TILE_FLOATS; at += PIXELS * VECTOR) {
            const float *w = k.weights + ((long)p * groups + g) * k.sources * GROUP;
            const float *from = transformed + p * point + at;
            vector sum[GROUP][PIXELS] = {0};
            for (int s = 0; s < k.sources; s++, w += GROUP, from += TILE_FLOATS) {
              vector x[PIXELS];
              for (int j = 0; j < PIXELS; j++) x[j] = load(from + j * VECTOR);
              for (int c = 0; c < GROUP; c++) {
                vector weight = broadcast(w[c]);
                for (int j = 0; j < PIXELS; j++) sum[c][j] = weight * x[j] + sum[c][j];
              }
            }
            for (int c = 0; c < GROUP; c++)
              for (int j = 0; j < PIXELS; j++)
                store(products + (((g - first) * GROUP + c) * POINTS + p) * TILE_FLOATS + at
                          + j * VECTOR,
                      sum[c][j]);
          }
      for (int c = first * GROUP; c < smaller(last * GROUP, k.targets); c++)
        for (int t = 0; t < TILES; t++)
          for (int lane = 0; lane < LANES; lane += VECTOR)
            transform_target(
                products + (c - first * GROUP) * POINTS * TILE_FLOATS + t * LANES + lane,
                TILE_FLOATS, places[t].target + c * k.targetChannel + lane, k.targetRow,
                k.targetColumn);
    }
  }
}
