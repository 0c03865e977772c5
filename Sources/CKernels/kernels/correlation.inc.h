#pragma once

// The inner loops of a convolution and of its gradient to the input, for one lane block. A tile of
// GROUP channels by PIXELS pixels by one vector of examples stays in registers while the loop runs
// over all channels and taps of the source.

#include "integers.inc.h"
#include "lanes.inc.h"
#include "vector.inc.h"

#define GROUP 4
#if REGISTERS == 32
#define PIXELS 4
#else
#define PIXELS 2  // with more, the compiler moves a sum to memory in every turn of the loop
#endif
#define SLAB 16  // source channels whose pixels stay in the first-level cache together

// target[t][i][j] = sum over s, r, c of weights[t][s][r][c] * source[s][i * step + r][j * step + c]
//
// A member named for an axis is the distance between neighbours along that axis, in floats.
typedef struct {
  const float *source;
  long sourceChannel, sourceRow;
  int step;
  float *target;
  long targetChannel, targetRow, targetColumn;
  int sources, targets, rows, columns, tapRows, tapColumns;
  const float *weights;  // [targets / GROUP][sources][tapRows][tapColumns][GROUP]
} Correlation;

// The floats of one arrangement of `targets` in groups.
INLINE long arranged_count(int targets, int sources, int taps) {
  return (long)quotient_up(targets, GROUP) * GROUP * sources * taps;
}

// Places of the target in row-major order, and the places of the source at which they begin.
typedef struct {
  const float *source;
  float *target;
} Place;

// The next `count` places, every `stride` rows and columns. After the last place it repeats the
// last.
INLINE void next_places(const Correlation *k, int stride, int count, int *row, int *column,
                        Place *places) {
  for (int i = 0; i < count; i++) {
    places[i].source = k->source + (*row * k->sourceRow + *column * LANES) * k->step;
    places[i].target = k->target + *row * k->targetRow + *column * k->targetColumn;
    if (*column + 2 * stride <= k->columns)
      *column += stride;
    else if (*row + 2 * stride <= k->rows)
      *column = 0, *row += stride;
  }
}

INLINE void correlate_tile(const Correlation *k, const Place *places, int first, int sources,
                           int target, int tapRows, int tapColumns) {
  int group = smaller(GROUP, k->targets - target);
  for (int lane = 0; lane < LANES; lane += VECTOR) {
    const float *w =
        k->weights + ((long)target * k->sources + (long)first * GROUP) * tapRows * tapColumns;
    long from = first * k->sourceChannel + lane, to = target * k->targetChannel + lane;
    vector sum[GROUP][PIXELS];
    for (int g = 0; g < GROUP; g++)
      for (int p = 0; p < PIXELS; p++)
        sum[g][p] =
            first && g < group ? load(places[p].target + to + g * k->targetChannel) : (vector){0};
    for (int s = 0; s < sources; s++, from += k->sourceChannel)
      for (int r = 0; r < tapRows; r++)
        for (int c = 0; c < tapColumns; c++, w += GROUP) {
          vector x[PIXELS];
          for (int p = 0; p < PIXELS; p++)
            x[p] = load(places[p].source + from + r * k->sourceRow + c * LANES);
          for (int g = 0; g < GROUP; g++) {
            vector weight = broadcast(w[g]);
            for (int p = 0; p < PIXELS; p++) sum[g][p] = weight * x[p] + sum[g][p];
          }
        }
    for (int g = 0; g < group; g++)
      for (int p = 0; p < PIXELS; p++)
        store(places[p].target + to + g * k->targetChannel, sum[g][p]);
  }
}

INLINE void correlate_taps(const Correlation *k, int tapRows, int tapColumns) {
  int row = 0, column = 0;
  for (int i = 0; i < k->rows * k->columns; i += PIXELS) {
    Place places[PIXELS];
    next_places(k, 1, PIXELS, &row, &column, places);
    for (int s = 0; s < k->sources; s += SLAB)
      for (int t = 0; t < k->targets; t += GROUP)
        correlate_tile(k, places, s, smaller(SLAB, k->sources - s), t, tapRows, tapColumns);
  }
}

static void correlate(Correlation k) {
  switch (k.tapRows * 8 + k.tapColumns) {
    case 3 * 8 + 3: return correlate_taps(&k, 3, 3);
    case 2 * 8 + 2: return correlate_taps(&k, 2, 2);
    case 2 * 8 + 1: return correlate_taps(&k, 2, 1);
    case 1 * 8 + 2: return correlate_taps(&k, 1, 2);
    case 1 * 8 + 1: return correlate_taps(&k, 1, 1);
    default: return correlate_taps(&k, k.tapRows, k.tapColumns);
  }
}
