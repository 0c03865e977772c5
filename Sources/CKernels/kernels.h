#pragma once

#include "CKernels.h"

// The tables. Each is in a file of its own, which is compiled for its instruction set.
extern const KernelTable kindred_avx512, kindred_avx2, kindred_neon, kindred_portable;
