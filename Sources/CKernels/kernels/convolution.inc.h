static const ConvolutionKernels convolution_kernels = {0};
