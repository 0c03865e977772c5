#pragma once
#include <stdint.h>

// Lanes and pooling, one plane at a time. A plane is one channel in a lane block: [height, width,
// 16].
typedef struct {
  // Copies between `lanes` examples, which are `stride` floats apart, and a plane. The plane's
  // other lanes become zero.
  void (*_Nonnull pack)(const float *_Nonnull examples, int64_t stride, int64_t pixels,
                        int32_t lanes, float *_Nonnull plane);
  void (*_Nonnull unpack)(const float *_Nonnull plane, int64_t pixels, int32_t lanes,
                          int64_t stride, float *_Nonnull examples);

  // The mean over the pixels, for each of the 16 lanes.
  void (*_Nonnull mean)(const float *_Nonnull plane, int64_t pixels, float *_Nonnull means);
  // Repeats 16 numbers at every pixel.
  void (*_Nonnull spread)(const float *_Nonnull numbers, int64_t pixels, float *_Nonnull plane);
} PoolingKernels;
