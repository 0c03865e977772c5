#include "kernels.h"

#if defined(__aarch64__)
#define VECTOR 4
#define REGISTERS 32
#include "kernels/table.inc.h"

const KernelTable kindred_neon = {.name = "neon", KERNELS};
#endif
