#pragma once

#include "vector.inc.h"

// Feature maps hold this many examples side by side: see docs/decisions/lanes.md.
#define LANES 16

// The number of vectors for a pixel.
#define PER_PIXEL (LANES / VECTOR)
