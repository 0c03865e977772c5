#pragma once

// The inner loops: one table of functions for each instruction set. A function works on one part of
// a problem, such as a block of examples or a range of rows. Swift splits the work over the cores;
// how it is split never changes a bit of the result.

#include "convolution.h"
#include "elementwise.h"
#include "matrix.h"
#include "normalization.h"
#include "optimizer.h"
#include "pairs.h"
#include "pooling.h"
#include "relations.h"
#include "rows.h"

typedef struct {
  const char *_Nonnull name;  // "avx512", "avx2", "neon" or "portable"
  ConvolutionKernels convolution;
  ElementwiseKernels elementwise;
  MatrixKernels matrix;
  NormalizationKernels normalization;
  OptimizerKernels optimizer;
  PairKernels pairs;
  PoolingKernels pooling;
  RelationKernels relations;
  RowKernels rows;
} KernelTable;

// The table for the instruction set called `name`, or null if this processor lacks it.
const KernelTable *_Nullable kindred_kernels_named(const char *_Nonnull name);

// The best table for this processor, or the one that the environment variable KINDRED_KERNELS
// names. If this processor lacks that one, the name is ignored.
const KernelTable *_Nonnull kindred_kernels(void);

// The number of processors that this process may run on. A container or `taskset` may leave it
// fewer than the machine has.
long kindred_processors(void);
