#include "kernels.h"

#define VECTOR 4
#define REGISTERS 16
#include "kernels/table.inc.h"

const KernelTable kindred_portable = {.name = "portable", KERNELS};
