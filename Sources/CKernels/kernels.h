#pragma once
#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "CKernels.h"

extern const KernelTable kindred_avx512, kindred_avx2, kindred_portable;
