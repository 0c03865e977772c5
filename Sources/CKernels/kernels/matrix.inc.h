static const MatrixKernels matrix_kernels = {0};
