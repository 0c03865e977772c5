#include "kernels.h"

#if defined(__x86_64__)
#define VECTOR 8
#define REGISTERS 16
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "kernels/table.inc.h"
#pragma clang attribute pop

const KernelTable kindred_avx2 = {.name = "avx2", KERNELS};
#endif
