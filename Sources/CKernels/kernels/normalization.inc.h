static const NormalizationKernels normalization_kernels = {0};
