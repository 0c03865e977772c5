#pragma once
#include <stdint.h>

// Feature maps are held sixteen examples side by side: [blocks, channels, height, width, 16]. A
// function here works on one such lane block, so that every inner loop runs over examples,
// however many channels there are. Weights are [output channels, input channels, kernel, kernel].
typedef struct {
  int32_t inputChannels, inputHeight, inputWidth;
  int32_t outputChannels, outputHeight, outputWidth;
  int32_t kernel, stride, padding;
} Convolution;

typedef struct {
  // The floats that the arranged weights and the scratch of one part need.
  int64_t (*_Nonnull weightCount)(Convolution);
  int64_t (*_Nonnull scratchCount)(Convolution);

  // Arranges weights for `forward`, or for `inputGradient`.
  void (*_Nonnull arrange)(Convolution, const float *_Nonnull weights, float *_Nonnull arranged);
  void (*_Nonnull arrangeForInputGradient)(
      Convolution, const float *_Nonnull weights, float *_Nonnull arranged);

  // A part is a strip of rows: there are `forwardStrips` and `inputGradientStrips` of them.
  int32_t (*_Nonnull forwardStrips)(Convolution);
  void (*_Nonnull forward)(
      Convolution, int32_t strip, const float *_Nonnull input, const float *_Nonnull arranged,
      float *_Nonnull output, float *_Nonnull scratch);
  int32_t (*_Nonnull inputGradientStrips)(Convolution);
  void (*_Nonnull inputGradient)(
      Convolution, int32_t strip, const float *_Nonnull outputGradient,
      const float *_Nonnull arranged, float *_Nonnull inputGradient, float *_Nonnull scratch);

  // Adds one lane block's share to the gradient of the output channels
  // `firstChannel ..< lastChannel`, which are rows of [output channels, input channels, kernel,
  // kernel].
  void (*_Nonnull weightGradient)(
      Convolution, int32_t firstChannel, int32_t lastChannel, const float *_Nonnull input,
      const float *_Nonnull outputGradient, float *_Nonnull gradient, float *_Nonnull scratch);
} ConvolutionKernels;
