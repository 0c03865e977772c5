static const RelationKernels relations_kernels = {0};
