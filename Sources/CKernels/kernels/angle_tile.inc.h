#pragma once

// The innermost loop of the angles: the pairs (b, c) of one tile, seen from one vertex a.
//
// D = ‖xᵢ − xⱼ‖²; r = 1 / √(2 D), or 0 for an edge without direction;
// t = D_ab + D_ac − D_bc and ψ = r_ab r_ac t, for the student and for the teacher;
// e = ψˢ − ψᵗ, p = ℓ′(e), q = p r_ab r_ac with the student's r.
//
// If the student is near its teacher, e is the small difference of two large numbers. The loop then
// reads Δ = Dˢ − Dᵗ in place of the teacher's distances, with a float's relative precision.
// τ = tˢ − tᵗ follows from Δ as t does from D. With 1 + g = rˢ / rᵗ = √(Dᵗ / Dˢ),
//     e = τ rˢ_ab rˢ_ac + tᵗ rᵗ_ab rᵗ_ac (g_ab (1 + g_ac) + g_ac).

#include <string.h>

#include "functions.inc.h"
#include "relations.h"

// The precision with which a vertex is seen.
enum AngleKind {
  PLAIN,  // from the distances
  EXACT,  // from the distances and what rounding them left off, beside short edges
  NEAR,   // from the student's distances and their differences from the teacher's
};

// The numbers of an edge (a, c), each for VECTOR edges: the first six, and more for some kinds.
enum { D_S, R_S, D_T, R_T, SUM_Q, SUM_QT, EDGE_FIELDS };
enum { REST_S = EDGE_FIELDS, REST_T, MOST_EDGE_FIELDS };
enum { CHANGE = D_T, G = EDGE_FIELDS };

// The numbers of a pair (b, c), each for VECTOR pairs.
enum { PAIR_S, PAIR_T, PAIR_Q, PAIR_FIELDS };
enum { PAIR_REST_S = PAIR_FIELDS, PAIR_REST_T, EXACT_PAIR_FIELDS };
enum { PAIR_CHANGE = PAIR_T };

// The floats from VECTOR edges, or pairs, to the next ones.
INLINE ptrdiff_t edge_step(enum AngleKind kind) {
  return (kind == EXACT ? MOST_EDGE_FIELDS : kind == NEAR ? G + 1 : EDGE_FIELDS) * VECTOR;
}
INLINE ptrdiff_t pair_step(enum AngleKind kind) {
  return (kind == EXACT ? EXACT_PAIR_FIELDS : PAIR_FIELDS) * VECTOR;
}

// a b + c. Contraction would compute a b once for two sums, which takes one more addition.
INLINE vector multiply_add(vector a, vector b, vector c) {
#if VECTOR == 4 && defined(__x86_64__)
  return a * b + c;  // no fused instruction
#else
  return __builtin_elementwise_fma(a, b, c);
#endif
}

INLINE float sum_pairwise(vector v) {
  quad parts[VECTOR / 4];
  memcpy(parts, &v, sizeof v);
  for (int width = VECTOR / 8; width; width /= 2)
    for (int i = 0; i < width; i++) parts[i] += parts[i + width];
  return (parts[0][0] + parts[0][2]) + (parts[0][1] + parts[0][3]);
}

// Both products are rounded, so equal networks do not differ at all.
INLINE vector difference_of_products(vector a, vector b, vector c, vector d) {
#pragma clang fp contract(off)
  return a * b - c * d;
}

// Adds ℓ(e) to `loss` and returns ℓ′(e).
INLINE vector penalize(vector e, PenaltyKind penalty, vector delta, vector *loss) {
  vector p;
  switch (penalty) {
    case PENALTY_HUBER:
      p = smaller_lanes(larger_lanes(e, -delta), delta);
      *loss += p * (e - 0.5f * p);
      return p;
    case PENALTY_SQUARE: *loss += e * e; return e + e;
    case PENALTY_ABSOLUTE:
      p = select_lanes(e > 0, broadcast(1), select_lanes(e < 0, broadcast(-1), (vector){0}));
      *loss += p * e;
      return p;
  }
  return e;
}

// A row b of a tile.
typedef struct {
  vector dS, rS, restS, dT, rT, restT, g;  // the edge (a, b), in every lane
  vector q, qt, loss;                      // sums over c
  vector delta;
} AngleRow;

// The numerator t. Beside a short edge, the difference of the two long ones is exact, and only the
// residuals are missing.
INLINE vector numerator(vector ab, vector ac, vector bc) { return (ac - bc) + ab; }
INLINE vector exact_numerator(vector ab, vector ac, vector bc, vector rest) {
  return ((larger_lanes(ab, ac) - bc) + smaller_lanes(ab, ac)) + rest;
}

// The difference e for VECTOR columns c, the student's t, and r_ab r_ac.
INLINE vector angle_difference(const AngleRow *row, const float *edge, const float *pair,
                               enum AngleKind kind, vector *tS, vector *rrS) {
  vector dS = load(edge + D_S * VECTOR), dT = load(edge + D_T * VECTOR), tT;
  vector pairS = load(pair + PAIR_S * VECTOR), pairT = load(pair + PAIR_T * VECTOR);
  *rrS = row->rS * load(edge + R_S * VECTOR);
  const vector rrT = row->rT * load(edge + R_T * VECTOR);
  if (kind == EXACT) {
    vector restS = row->restS + load(edge + REST_S * VECTOR) - load(pair + PAIR_REST_S * VECTOR);
    vector restT = row->restT + load(edge + REST_T * VECTOR) - load(pair + PAIR_REST_T * VECTOR);
    *tS = exact_numerator(row->dS, dS, pairS, restS);
    tT = exact_numerator(row->dT, dT, pairT, restT);
  } else {
    *tS = numerator(row->dS, dS, pairS);
    tT = numerator(row->dT, dT, pairT);
  }
  if (kind != NEAR) return difference_of_products(*tS, *rrS, tT, rrT);
  const vector g = load(edge + G * VECTOR), change = multiply_add(row->g, g, row->g + g);
  return multiply_add(tT, *rrS, (*tS - tT) * (rrT * change));
}

// The rows that are worked on together, if there are registers for their numbers. An edge is loaded
// once for all of them.
#define ROWS_TOGETHER (REGISTERS == 32 ? 2 : 1)

// Adds VECTOR columns c of some rows, whose pairs are `step` floats apart. If there are masks, the
// columns outside them do not count.
INLINE void add_angles(AngleRow *rows, int count, float *edge, float *pairs, ptrdiff_t step,
                       PenaltyKind penalty, enum AngleKind kind, const ivector *masks) {
  vector sumQ = load(edge + SUM_Q * VECTOR), sumQT = load(edge + SUM_QT * VECTOR);
#pragma clang loop unroll(full)
  for (int r = 0; r < count; r++) {
    AngleRow *const row = rows + r;
    float *const pair = pairs + r * step;
    vector tS, rrS, e = angle_difference(row, edge, pair, kind, &tS, &rrS);
    if (masks) e = (vector)((ivector)e & masks[r]);
    vector q = penalize(e, penalty, row->delta, &row->loss) * rrS;
    store(pair + PAIR_Q * VECTOR, load(pair + PAIR_Q * VECTOR) + q);
    sumQ += q;
    sumQT = multiply_add(q, tS, sumQT);
    row->q += q;
    row->qt = multiply_add(q, tS, row->qt);
  }
  store(edge + SUM_Q * VECTOR, sumQ);
  store(edge + SUM_QT * VECTOR, sumQT);
}

// The pairs b < c of a tile: b from `row` to before `rowEnd`, and c from `column`, a multiple of
// VECTOR, to before `columnEnd`. The rows of `pairs` are `step` floats apart.
typedef struct {
  float *pairs;
  ptrdiff_t step, row, rowEnd, column, columnEnd;
} AngleTile;

// -1 for the lanes that are to the right of one.
INLINE ivector lanes_right_of(ptrdiff_t lane) {
  static const int32_t flags[2 * VECTOR] = {[VECTOR... 2 * VECTOR - 1] = -1};
  ivector right;
  memcpy(&right, flags + VECTOR - 1 - lane, sizeof right);
  return right;
}

// Adds Σ q and Σ q t of some rows to `sums`.
INLINE void add_row_sums(const AngleRow *rows, int count, float *sums) {
#pragma clang loop unroll(full)
  for (int r = 0; r < count; r++) {
    sums[2 * r] += sum_pairwise(rows[r].q);
    sums[2 * r + 1] += sum_pairwise(rows[r].qt);
  }
}

// Adds the pairs of `count` rows from b on, whose first columns lie in one vector. Returns Σ ℓ(e).
INLINE vector add_angle_rows(const AngleTile *tile, ptrdiff_t b, int count, float *edges,
                             float *rowSums, PenaltyKind penalty, vector delta,
                             enum AngleKind kind) {
  AngleRow rows[ROWS_TOGETHER];
  const float *own = edges + b / VECTOR * edge_step(kind) + b % VECTOR;
#pragma clang loop unroll(full)
  for (int r = 0; r < count; r++, own++) {
    AngleRow *const row = rows + r;
    *row = (AngleRow){.delta = delta};
    row->dS = broadcast(own[D_S * VECTOR]), row->rS = broadcast(own[R_S * VECTOR]);
    row->dT = broadcast(own[D_T * VECTOR]), row->rT = broadcast(own[R_T * VECTOR]);
    if (kind == NEAR) row->g = broadcast(own[G * VECTOR]);
    if (kind == EXACT) {
      row->restS = broadcast(own[REST_S * VECTOR]);
      row->restT = broadcast(own[REST_T * VECTOR]);
    }
  }
  float *edge = edges + tile->column / VECTOR * edge_step(kind);
  float *pair = tile->pairs + (b - tile->row) * tile->step;
  ptrdiff_t groups = (tile->columnEnd - tile->column) / VECTOR;
  if (tile->column <= b) {
    const ptrdiff_t group = (b - tile->column) / VECTOR;
    edge += group * edge_step(kind), pair += group * pair_step(kind), groups -= group + 1;
    ivector masks[ROWS_TOGETHER];
    for (int r = 0; r < count; r++) masks[r] = lanes_right_of(b % VECTOR + r);
    add_angles(rows, count, edge, pair, tile->step, penalty, kind, masks);
    edge += edge_step(kind), pair += pair_step(kind);
  }
  for (; groups > 0; groups--, edge += edge_step(kind), pair += pair_step(kind))
    add_angles(rows, count, edge, pair, tile->step, penalty, kind, NULL);
  add_row_sums(rows, count, rowSums + 2 * b);
  vector loss = rows[0].loss;
  for (int r = 1; r < count; r++) loss += rows[r].loss;
  return loss;
}

// Adds q to the pairs of the tile, and Σ q and Σ q t to its edges: to `edges` for c and to
// `rowSums` for b. Returns Σ ℓ(e).
INLINE float add_tile(const AngleTile *tile, float *edges, float *rowSums, PenaltyKind penalty,
                      float delta, enum AngleKind kind) {
  vector loss = {0};
  ptrdiff_t b = tile->row;
  // The first row is even, so two rows begin in the same vector.
  for (; b + ROWS_TOGETHER <= tile->rowEnd; b += ROWS_TOGETHER)
    loss += add_angle_rows(tile, b, ROWS_TOGETHER, edges, rowSums, penalty, broadcast(delta), kind);
  for (; b < tile->rowEnd; b++)
    loss += add_angle_rows(tile, b, 1, edges, rowSums, penalty, broadcast(delta), kind);
  return sum_pairwise(loss);
}

typedef float AddTile(const AngleTile *tile, float *edges, float *rowSums, float delta);

#define ADD_TILE(name, penalty, kind)                                                   \
  static float name(const AngleTile *tile, float *edges, float *rowSums, float delta) { \
    return add_tile(tile, edges, rowSums, penalty, delta, kind);                        \
  }
ADD_TILE(add_huber_tile, PENALTY_HUBER, PLAIN)
ADD_TILE(add_square_tile, PENALTY_SQUARE, PLAIN)
ADD_TILE(add_absolute_tile, PENALTY_ABSOLUTE, PLAIN)
ADD_TILE(add_exact_huber_tile, PENALTY_HUBER, EXACT)
ADD_TILE(add_exact_square_tile, PENALTY_SQUARE, EXACT)
ADD_TILE(add_exact_absolute_tile, PENALTY_ABSOLUTE, EXACT)
ADD_TILE(add_near_huber_tile, PENALTY_HUBER, NEAR)
ADD_TILE(add_near_square_tile, PENALTY_SQUARE, NEAR)
ADD_TILE(add_near_absolute_tile, PENALTY_ABSOLUTE, NEAR)

static AddTile *const add_tiles[3][3] = {
    [PENALTY_HUBER] = {add_huber_tile, add_exact_huber_tile, add_near_huber_tile},
    [PENALTY_SQUARE] = {add_square_tile, add_exact_square_tile, add_near_square_tile},
    [PENALTY_ABSOLUTE] = {add_absolute_tile, add_exact_absolute_tile, add_near_absolute_tile},
};
