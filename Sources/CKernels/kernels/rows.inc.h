static const RowKernels rows_kernels = {0};
