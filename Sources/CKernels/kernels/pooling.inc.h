#pragma once

// Lanes and pooling, for one plane.

#include <string.h>

#include "planes.inc.h"
#include "pooling.h"

// MARK: lanes

#define TILE 4  // a tile of TILE pixels by TILE examples is transposed in registers

INLINE void transpose_quads(quad *a) {
  quad p = __builtin_shufflevector(a[0], a[1], 0, 4, 1, 5);
  quad q = __builtin_shufflevector(a[2], a[3], 0, 4, 1, 5);
  quad r = __builtin_shufflevector(a[0], a[1], 2, 6, 3, 7);
  quad s = __builtin_shufflevector(a[2], a[3], 2, 6, 3, 7);
  a[0] = __builtin_shufflevector(p, q, 0, 1, 4, 5);
  a[1] = __builtin_shufflevector(p, q, 2, 3, 6, 7);
  a[2] = __builtin_shufflevector(r, s, 0, 1, 4, 5);
  a[3] = __builtin_shufflevector(r, s, 2, 3, 6, 7);
}

static void pack(const float *examples, int64_t stride, int64_t pixels, int32_t lanes,
                 float *plane) {
  int64_t p = 0;
  for (; p + TILE <= pixels && lanes == LANES; p += TILE)
    for (int lane = 0; lane < LANES; lane += TILE) {
      quad tile[TILE];
      for (int i = 0; i < TILE; i++)
        memcpy(&tile[i], examples + (lane + i) * stride + p, sizeof(quad));
      transpose_quads(tile);
      for (int i = 0; i < TILE; i++) memcpy(plane + (p + i) * LANES + lane, &tile[i], sizeof(quad));
    }
  for (; p < pixels; p++)
    for (int lane = 0; lane < LANES; lane++)
      plane[p * LANES + lane] = lane < lanes ? examples[lane * stride + p] : 0;
}

static void unpack(const float *plane, int64_t pixels, int32_t lanes, int64_t stride,
                   float *examples) {
  int64_t p = 0;
  for (; p + TILE <= pixels && lanes == LANES; p += TILE)
    for (int lane = 0; lane < LANES; lane += TILE) {
      quad tile[TILE];
      for (int i = 0; i < TILE; i++) memcpy(&tile[i], plane + (p + i) * LANES + lane, sizeof(quad));
      transpose_quads(tile);
      for (int i = 0; i < TILE; i++)
        memcpy(examples + (lane + i) * stride + p, &tile[i], sizeof(quad));
    }
  for (; p < pixels; p++)
    for (int lane = 0; lane < lanes; lane++) examples[lane * stride + p] = plane[p * LANES + lane];
}

// MARK: one window, which is the plane

static void plane_mean(const float *plane, int64_t pixels, float *means) {
  double sums[LANES] = {0};
  for (int64_t first = 0; first < pixels; first += CHUNK) {
    vector sum[SUMS] = {0};
    FOR_EACH_VECTOR(smaller(CHUNK, pixels - first) * LANES,
                    sum[j] += load(plane + first * LANES + i);)
    for (int j = 0; j < SUMS; j++)
      for (int k = 0; k < VECTOR; k++) sums[(j * VECTOR + k) % LANES] += sum[j][k];
  }
  for (int i = 0; i < LANES; i++) means[i] = sums[i] / pixels;
}

static void spread(const float *numbers, int64_t pixels, float *plane) {
  vector v[PER_PIXEL];
  for (int i = 0; i < PER_PIXEL; i++) v[i] = load(numbers + i * VECTOR);
  for (int64_t p = 0; p < pixels; p++)
    for (int i = 0; i < PER_PIXEL; i++) store(plane + p * LANES + i * VECTOR, v[i]);
}

static const PoolingKernels pooling_kernels = {
    .pack = pack, .unpack = unpack, .mean = plane_mean, .spread = spread};
