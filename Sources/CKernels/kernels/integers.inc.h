#pragma once

#include "vector.inc.h"

INLINE ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }
INLINE int larger(int a, int b) { return a > b ? a : b; }
INLINE int quotient_up(int a, int b) { return (a + b - 1) / b; }
INLINE ptrdiff_t rounded_up(ptrdiff_t n, ptrdiff_t step) { return (n + step - 1) / step * step; }
