#pragma once
#include <stdint.h>

// Feature maps hold sixteen examples side by side: [blocks, channels, height, width, 16]. A
// function here works on one such lane block, so every inner loop runs over examples, for any
// number of channels. Weights are [output channels, input channels, kernel, kernel].
typedef struct {
  int32_t inputChannels, inputHeight, inputWidth;
  int32_t outputChannels, outputHeight, outputWidth;
  int32_t kernel, stride, padding;
} Convolution;

typedef struct {
  // The number of floats that arranged weights take.
  int64_t (*_Nonnull weightCount)(Convolution);

  // Arranges weights for `forward` or for `inputGradient`.
  void (*_Nonnull arrange)(Convolution, const float *_Nonnull weights, float *_Nonnull arranged);
  void (*_Nonnull arrangeForInputGradient)(Convolution, const float *_Nonnull weights,
                                           float *_Nonnull arranged);

  // A part is a strip of rows. Each part needs this many floats of scratch memory of its own.
  int32_t (*_Nonnull forwardStrips)(Convolution);
  int64_t (*_Nonnull forwardScratchCount)(Convolution);
  void (*_Nonnull forward)(Convolution, int32_t strip, const float *_Nonnull input,
                           const float *_Nonnull arranged, float *_Nonnull output,
                           float *_Nonnull scratch);

  int32_t (*_Nonnull inputGradientStrips)(Convolution);
  int64_t (*_Nonnull inputGradientScratchCount)(Convolution);
  void (*_Nonnull inputGradient)(Convolution, int32_t strip, const float *_Nonnull outputGradient,
                                 const float *_Nonnull arranged, float *_Nonnull inputGradient,
                                 float *_Nonnull scratch);

  // Adds a lane block's share to the gradient of the output channels `firstOutput ..< lastOutput`.
  // These are rows of [output channels, input channels, kernel, kernel].
  int64_t (*_Nonnull weightGradientScratchCount)(Convolution);
  void (*_Nonnull weightGradient)(Convolution, int32_t firstOutput, int32_t lastOutput,
                                  const float *_Nonnull input, const float *_Nonnull outputGradient,
                                  float *_Nonnull gradient, float *_Nonnull scratch);

  // Convolution of one channel of a lane block, a plane, with weights of its own, kernel × kernel.
  // The numbers of channels do not matter. A plane's share is added to the gradient of the weights.
  void (*_Nonnull depthwise)(Convolution, const float *_Nonnull input,
                             const float *_Nonnull weights, float *_Nonnull output);
  void (*_Nonnull depthwiseInputGradient)(Convolution, const float *_Nonnull outputGradient,
                                          const float *_Nonnull weights,
                                          float *_Nonnull inputGradient);
  void (*_Nonnull depthwiseWeightGradient)(Convolution, const float *_Nonnull input,
                                           const float *_Nonnull outputGradient,
                                           double *_Nonnull gradient);
} ConvolutionKernels;
