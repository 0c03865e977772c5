#pragma once
#include <stdint.h>

// Windows of `size` by `size` pixels, `stride` apart, over planes with a border of `padding`.
typedef struct {
  int32_t inputHeight, inputWidth, outputHeight, outputWidth;
  int32_t size, stride, padding;
} Pooling;

// Lanes and pooling, one plane at a time: one channel in a lane block, [height, width, 16].
typedef struct {
  // Between `lanes` examples, `stride` floats apart, and a plane, whose other lanes become zero.
  void (*_Nonnull pack)(
      const float *_Nonnull examples, int64_t stride, int64_t pixels, int32_t lanes,
      float *_Nonnull plane);
  void (*_Nonnull unpack)(
      const float *_Nonnull plane, int64_t pixels, int32_t lanes, int64_t stride,
      float *_Nonnull examples);

  // The mean over the pixels, for each of 16 lanes.
  void (*_Nonnull mean)(const float *_Nonnull plane, int64_t pixels, float *_Nonnull means);
  // Repeats 16 numbers at every pixel.
  void (*_Nonnull spread)(const float *_Nonnull numbers, int64_t pixels, float *_Nonnull plane);

  void (*_Nonnull average)(Pooling, const float *_Nonnull input, float *_Nonnull output);
  void (*_Nonnull averageGradient)(
      Pooling, const float *_Nonnull outputGradient, float *_Nonnull inputGradient);

  // The border is less than every number. The gradient goes to the first maximum of a window.
  void (*_Nonnull maximum)(Pooling, const float *_Nonnull input, float *_Nonnull output);
  void (*_Nonnull maximumGradient)(
      Pooling, const float *_Nonnull input, const float *_Nonnull output,
      const float *_Nonnull outputGradient, float *_Nonnull inputGradient);
} PoolingKernels;
