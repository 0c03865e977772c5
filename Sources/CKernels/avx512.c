#include "kernels.h"

#if defined(__x86_64__)
#define VECTOR 16
#define REGISTERS 32
#define TARGET "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)
#include "kernels/table.inc.h"
#pragma clang attribute pop

const KernelTable kindred_avx512 = {.name = "avx512", KERNELS};
#endif
