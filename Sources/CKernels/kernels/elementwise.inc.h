static const ElementwiseKernels elementwise_kernels = {0};
