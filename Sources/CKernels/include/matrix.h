#pragma once
#include <stdint.h>

typedef struct {
  int32_t reserved;
} MatrixKernels;
