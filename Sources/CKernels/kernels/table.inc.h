#pragma once

// Every kernel, for vectors of VECTOR floats.

#include "CKernels.h"
#include "convolution.inc.h"
#include "elementwise.inc.h"
#include "matrix.inc.h"
#include "normalization.inc.h"
#include "optimizer.inc.h"
#include "pairs.inc.h"
#include "pooling.inc.h"
#include "relations.inc.h"
#include "rows.inc.h"

// The members of a table, except its name.
#define KERNELS                                                                      \
  .convolution = convolution_kernels, .elementwise = elementwise_kernels,            \
  .matrix = matrix_kernels, .normalization = normalization_kernels,                  \
  .optimizer = optimizer_kernels, .pairs = pair_kernels, .pooling = pooling_kernels, \
  .relations = relations_kernels, .rows = rows_kernels
