#include "kernels.h"

#if defined(__x86_64__)
#define NAME "avx512"
#define VECTOR 16
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))), apply_to = function)
#include "kernels/all.inc.h"
const KernelTable kindred_avx512 = TABLE;
#pragma clang attribute pop
#endif
