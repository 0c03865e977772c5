#pragma once

#include "vector.inc.h"

// Feature maps hold so many examples side by side: see docs/decisions/lanes.md.
#define LANES 16

// The vectors of a pixel.
#define PER_PIXEL (LANES / VECTOR)
