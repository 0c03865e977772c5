#pragma once

// Rows of a source with zeros around them, so that no loop of a convolution needs to treat edges.

#include <string.h>

#include "convolution.h"
#include "integers.inc.h"
#include "lanes.inc.h"

#define STRIP 65536  // floats of a strip: half of a second-level cache

// A strip [channels, rows, pitch, LANES]. The first `left` columns are border. Channels are
// `channel` floats apart: 5 cache lines more than a multiple of 4 KiB, so that the same pixels of
// neighbouring channels do not compete for a place in the cache.
typedef struct {
  int channels, pitch, left;
  long row, channel;
} Strip;

// The division of a target's rows into strips.
typedef struct {
  int rows, strips;  // rows of the target in a strip, and strips in all
  int sourceRows;    // rows of the source that a strip needs
  Strip strip;
} Plan;

// A plan for a target whose row r needs the source rows r * step ..< r * step + extent. If there
// are several strips, all but the last have an even number of rows.
static Plan plan_strips(int channels, int pitch, int left, int targetRows, int step, int extent) {
  long row = (long)pitch * LANES;
  int fitting = ((int)(STRIP / (channels * row)) - extent) / step + 1;
  Plan p;
  p.strips = quotient_up(targetRows, larger(fitting, 2) / 2 * 2);
  p.rows = p.strips == 1 ? targetRows : quotient_up(quotient_up(targetRows, p.strips), 2) * 2;
  p.strips = quotient_up(targetRows, p.rows);
  p.sourceRows = (p.rows - 1) * step + extent;
  long lines = (long)p.sourceRows * pitch;
  p.strip = (Strip){.channels = channels,
                    .pitch = pitch,
                    .left = left,
                    .row = row,
                    .channel = (lines + (64 + 5 - lines % 64) % 64) * LANES};
  return p;
}

// The floats of a plan's strips.
INLINE long strip_count(Plan p) { return p.strip.channel * p.strip.channels; }

// The plan for the input of a convolution.
static Plan forward_plan(Convolution k) {
  int pitch = larger(k.padding + k.inputWidth, (k.outputWidth - 1) * k.stride + k.kernel);
  return plan_strips(k.inputChannels, pitch, k.padding, k.outputHeight, k.stride, k.kernel);
}

// Copies rows `first ..< first + rows` of planes of `height` by `width` pixels.
static void fill_strip(Strip s, const float *source, int height, int width, int first, int rows,
                       float *strip) {
  int kept = smaller(width, s.pitch - s.left);
  for (int c = 0; c < s.channels; c++)
    for (int r = 0; r < rows; r++) {
      float *to = strip + c * s.channel + r * s.row;
      int y = first + r;
      if (y < 0 || y >= height) {
        memset(to, 0, s.row * sizeof(float));
        continue;
      }
      memset(to, 0, s.left * LANES * sizeof(float));
      memcpy(to + s.left * LANES, source + ((long)c * height + y) * width * LANES,
             kept * LANES * sizeof(float));
      memset(to + (s.left + kept) * LANES, 0, (s.pitch - s.left - kept) * LANES * sizeof(float));
    }
}
