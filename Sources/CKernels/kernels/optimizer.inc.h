static const OptimizerKernels optimizer_kernels = {0};
