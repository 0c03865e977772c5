#include "kernels.h"

#if defined(__x86_64__)
#define NAME "avx2"
#define VECTOR 8
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "kernels/all.inc.h"
const KernelTable kindred_avx2 = TABLE;
#pragma clang attribute pop
#endif
