#pragma once

// The angles of RKD, streamed: n³ cosines are compared and none is stored. With the symbols of
// angle_tile.inc.h, the derivatives of L = Σ_a Σ_{b<c} ℓ(e) are
//   −Σ_a q by D_bc, and Σ_c q − r_ab² Σ_c q t by D_ab, from the angles at a.
// docs/kernels/angle.md derives them.

#include <float.h>
#include <string.h>

#include "angle_tile.inc.h"
#include "distances.inc.h"
#include "functions.inc.h"
#include "relations.h"

enum {
  ANGLE_VERTICES = 32,  // vertices that read a tile together; their edges stay in a cache
  ANGLE_ROWS = 8,       // rows of a tile
  ANGLE_COLUMNS = 256,  // columns of a tile, whose pairs stay in the first cache; half if exact
};

// An edge is short at a vertex if its squared length is below this part of the longest one there.
// The rounding of the distances would show in the angles of a short edge.
#define SHORT_AT_VERTEX 0x1p-10f

INLINE vector reciprocal_lengths(vector squared, float smallest) {
  return select_lanes(squared > smallest, 1 / __builtin_elementwise_sqrt(2 * squared), (vector){0});
}

static int has_short_edge(ptrdiff_t n, const Edges *edges, ptrdiff_t a, float part) {
  vector shortest = broadcast(FLT_MAX), longest = {0};
  for (ptrdiff_t c = 0; c < n; c += VECTOR) {
    vector d = load_part(edges->squared + a * n + c, n - c, 0);
    shortest = select_lanes(d > edges->smallest, smaller_lanes(d, shortest), shortest);
    longest = larger_lanes(d, longest);
  }
  for (int l = 1; l < VECTOR; l++) {
    if (shortest[l] < shortest[0]) shortest[0] = shortest[l];
    if (longest[l] > longest[0]) longest[0] = longest[l];
  }
  return shortest[0] < part * longest[0];
}

// Σ ℓ over the pairs b = c at a vertex. Their cosine is 1, or 0 if the edge has no direction.
static double penalty_of_equal_edges(ptrdiff_t n, const Edges *student, const Edges *teacher,
                                     ptrdiff_t a, PenaltyKind penalty, float delta) {
  ivector differences = {0};
  for (ptrdiff_t b = 0; b < n; b += VECTOR)
    differences += (load_part(student->squared + a * n + b, n - b, 0) > student->smallest)
                   ^ (load_part(teacher->squared + a * n + b, n - b, 0) > teacher->smallest);
  double count = 0;
  for (int l = 0; l < VECTOR; l++) count -= differences[l];
  if (penalty != PENALTY_HUBER) return count;
  return count * (delta < 1 ? delta * (1 - 0.5 * delta) : 0.5);
}

// For NEAR vertices Δ stands for the teacher's squared distances, and g = √(1 − Δ/Dˢ) − 1.
static void load_edges(ptrdiff_t n, const Edges *student, const Edges *teacher, ptrdiff_t a,
                       enum AngleKind kind, float *edges) {
  for (ptrdiff_t c = 0; c < n; c += VECTOR, edges += edge_step(kind)) {
    vector s = load_part(student->squared + a * n + c, n - c, 0);
    vector t = load_part(teacher->squared + a * n + c, n - c, 0);
    store(edges + D_S * VECTOR, s);
    store(edges + R_S * VECTOR, reciprocal_lengths(s, student->smallest));
    store(edges + D_T * VECTOR, t);
    store(edges + SUM_Q * VECTOR, (vector){0});
    store(edges + SUM_QT * VECTOR, (vector){0});
    if (kind == NEAR) {
      const ivector directed = (ivector)(s > student->smallest);
      const vector part = t / s, root = __builtin_elementwise_sqrt(1 - part);
      const vector r = 1 / __builtin_elementwise_sqrt(2 * (s - t));
      store(edges + R_T * VECTOR, select_lanes(directed, r, (vector){0}));
      store(edges + G * VECTOR, select_lanes(directed, -part / (1 + root), (vector){0}));
      continue;
    }
    store(edges + R_T * VECTOR, reciprocal_lengths(t, teacher->smallest));
    if (kind != EXACT) continue;
    store(edges + REST_S * VECTOR, load_part(student->residual + a * n + c, n - c, 0));
    store(edges + REST_T * VECTOR, load_part(teacher->residual + a * n + c, n - c, 0));
  }
}

static void load_pairs(ptrdiff_t n, const Edges *student, const Edges *teacher, enum AngleKind kind,
                       const AngleTile *tile) {
  for (ptrdiff_t b = tile->row; b < tile->rowEnd; b++) {
    float *pair = tile->pairs + (b - tile->row) * tile->step;
    for (ptrdiff_t c = tile->column; c < tile->columnEnd; c += VECTOR, pair += pair_step(kind)) {
      store(pair + PAIR_S * VECTOR, load_part(student->squared + b * n + c, n - c, 0));
      store(pair + PAIR_T * VECTOR, load_part(teacher->squared + b * n + c, n - c, 0));
      store(pair + PAIR_Q * VECTOR, (vector){0});
      if (kind != EXACT) continue;
      store(pair + PAIR_REST_S * VECTOR, load_part(student->residual + b * n + c, n - c, 0));
      store(pair + PAIR_REST_T * VECTOR, load_part(teacher->residual + b * n + c, n - c, 0));
    }
  }
}

static void subtract_pairs(ptrdiff_t n, enum AngleKind kind, const AngleTile *tile,
                           float *gradient) {
  for (ptrdiff_t b = tile->row; b < tile->rowEnd; b++, gradient += n) {
    const float *pair = tile->pairs + (b - tile->row) * tile->step;
    for (ptrdiff_t c = tile->column; c < tile->columnEnd; c += VECTOR, pair += pair_step(kind)) {
      vector q = load(pair + PAIR_Q * VECTOR);
      store_part(gradient + c, n - c, load_part(gradient + c, n - c, 0) - q);
    }
  }
}

// Adds the derivatives by D_ac to row a.
static void add_edges(ptrdiff_t n, enum AngleKind kind, const float *edges, const float *rowSums,
                      float *gradient) {
  for (ptrdiff_t c = 0; c < n; c++) {
    const float *edge = edges + c / VECTOR * edge_step(kind) + c % VECTOR;
    float r = edge[R_S * VECTOR];
    float q = edge[SUM_Q * VECTOR] + rowSums[2 * c];
    float qt = edge[SUM_QT * VECTOR] + rowSums[2 * c + 1];
    gradient[c] += q - r * r * qt;
  }
}

static ptrdiff_t angle_scratch_count(ptrdiff_t n) {
  return ANGLE_VERTICES * packed_rows(n) * (MOST_EDGE_FIELDS + 2)
         + ANGLE_ROWS * ANGLE_COLUMNS * PAIR_FIELDS;
}

// Below this part of the longest squared distance at a vertex, a difference from the teacher in a
// float's precision tells no more than two distances with what rounding left off.
#define SHORT_OF_NEAR 0x1p-20f

static int angle_changes(ptrdiff_t n, Edges student, Edges teacher, double ratio, float *changes) {
  for (ptrdiff_t a = 0; a < n; a++) {
    if (has_short_edge(n, &student, a, SHORT_OF_NEAR)) return 0;
    for (ptrdiff_t c = a * n; c < (a + 1) * n; c++) {
      const int directed = student.squared[c] > student.smallest;
      if (directed != (teacher.squared[c] > teacher.smallest)) return 0;
      const double s = (double)student.squared[c] + student.residual[c];
      const double t = (double)teacher.squared[c] + teacher.residual[c];
      changes[c] = (float)(s - ratio * t);
    }
  }
  return 1;
}

static void angles(ptrdiff_t n, Edges student, Edges teacher, int near, PenaltyKind penalty,
                   float delta, ptrdiff_t first, ptrdiff_t end, double *sums, float *gradient,
                   float *scratch) {
  const ptrdiff_t width = packed_rows(n);
  float *const pairs = scratch, *const rowSums = pairs + ANGLE_ROWS * ANGLE_COLUMNS * PAIR_FIELDS;
  float *const edges = rowSums + 2 * ANGLE_VERTICES * width;
  memset(gradient, 0, n * n * sizeof(float));
  sums[0] = sums[1] = 0;
  for (ptrdiff_t a = first; a < end; a += ANGLE_VERTICES) {
    const ptrdiff_t vertices = end - a < ANGLE_VERTICES ? end - a : ANGLE_VERTICES;
    enum AngleKind kind = near ? NEAR : PLAIN;
    for (ptrdiff_t v = 0; v < vertices && !near; v++) {
      if (has_short_edge(n, &student, a + v, SHORT_AT_VERTEX)
          || has_short_edge(n, &teacher, a + v, SHORT_AT_VERTEX))
        kind = EXACT;
      sums[1] += penalty_of_equal_edges(n, &student, &teacher, a + v, penalty, delta);
    }
    AddTile *const add = add_tiles[penalty][kind];
    const ptrdiff_t step = width / VECTOR * edge_step(kind);
    const ptrdiff_t columns = kind == EXACT ? ANGLE_COLUMNS / 2 : ANGLE_COLUMNS;
    memset(rowSums, 0, 2 * vertices * width * sizeof(float));
    for (ptrdiff_t v = 0; v < vertices; v++)
      load_edges(n, &student, &teacher, a + v, kind, edges + v * step);
    for (ptrdiff_t c = 0; c < width; c += columns) {
      const ptrdiff_t columnEnd = c + columns < width ? c + columns : width;
      for (ptrdiff_t b = 0; b < n && b < columnEnd; b += ANGLE_ROWS) {
        AngleTile tile = {.pairs = pairs, .row = b, .columnEnd = columnEnd};
        tile.rowEnd = b + ANGLE_ROWS < n ? b + ANGLE_ROWS : n;
        tile.column = c > b ? c : b / VECTOR * VECTOR;
        tile.step = (columnEnd - tile.column) / VECTOR * pair_step(kind);
        load_pairs(n, &student, &teacher, kind, &tile);
        for (ptrdiff_t v = 0; v < vertices; v++)
          sums[0] += add(&tile, edges + v * step, rowSums + 2 * v * width, delta);
        subtract_pairs(n, kind, &tile, gradient + b * n);
      }
    }
    for (ptrdiff_t v = 0; v < vertices; v++)
      add_edges(n, kind, edges + v * step, rowSums + 2 * v * width, gradient + (a + v) * n);
  }
}
