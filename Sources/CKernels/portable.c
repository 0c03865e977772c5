#include "kernels.h"

#define NAME "portable"
#define VECTOR 4
#include "kernels/all.inc.h"
const KernelTable kindred_portable = TABLE;
