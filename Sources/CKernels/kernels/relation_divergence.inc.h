#pragma once

// The divergence of softmax(Y Yᵀ) from softmax(X Xᵀ), row by row, and its gradient at Z = X Xᵀ.
//
// Z is symmetric, so two rows need one exponential: if all are of z less one number for the whole
// matrix, those of a row differ from the exponentials of its softmax by a factor. Whatever follows
// for two rows is added up for both of them at once. docs/kernels/softmax.md has the derivation.

#include <math.h>

#include "divergence.inc.h"
#include "functions.inc.h"
#include "integers.inc.h"
#include "transpose.inc.h"

// One network's rows and their exponentials.
typedef struct {
  ptrdiff_t width;
  const float *rows;
  float *transposed;    // width × step
  float *exponentials;  // n × step, on and above the diagonal
  float largest;    // the largest of all z: a squared length, since zᵢⱼ² ≤ zᵢᵢ zⱼⱼ
  double *sums;     // of the exponentials of each row
  float *inverses;  // of the sums
} RelatedRows;

enum { RELATED_ROWS = VECTOR < 8 ? VECTOR : 8 };  // this many rows are computed at once

static ptrdiff_t relation_scratch_count(ptrdiff_t n, ptrdiff_t d, ptrdiff_t e) {
  const ptrdiff_t step = rounded_up(n, VECTOR);
  return (4 + d + e + 3 * n + 4) * step;
}

// Whether the exponentials of all rows have figures, and the largest squared length.
static bool find_largest(ptrdiff_t n, RelatedRows *x) {
  float least = INFINITY, largest = -INFINITY;
  for (ptrdiff_t i = 0; i < n; i++) {
    float square = 0;
    for (ptrdiff_t k = 0; k < x->width; k++)
      square += x->rows[i * x->width + k] * x->rows[i * x->width + k];
    least = square < least ? square : least;
    largest = square > largest ? square : largest;
    if (!(square < INFINITY)) return false;
  }
  x->largest = largest;
  return largest - least < 60;
}

static void transpose_rows(ptrdiff_t n, ptrdiff_t step, const RelatedRows *x) {
  transpose_matrix(n, x->width, x->rows, x->width, x->transposed, step);
  for (ptrdiff_t k = 0; k < x->width; k++)
    for (ptrdiff_t j = n; j < step; j++) x->transposed[k * step + j] = 0;
}

// The exponentials of z less the largest, for some rows and the columns of a vector, with their
// sums.
INLINE void exponentials_of_rows(int rows, const RelatedRows *x, ptrdiff_t step, ptrdiff_t i,
                                 ptrdiff_t j, vector isColumn, vector *z, vector *rowSums,
                                 bool isDiagonal) {
  for (int r = 0; r < rows; r++) z[r] = (vector){0};
  for (ptrdiff_t k = 0; k < x->width; k++) {
    const vector column = load(x->transposed + k * step + j);
    for (int r = 0; r < rows; r++) z[r] += column * x->rows[(i + r) * x->width + k];
  }
  vector columnSums = {0};
  for (int r = 0; r < rows; r++) {
    const vector e = exponential_of_negative(z[r] - x->largest) * isColumn;
    store(x->exponentials + (i + r) * step + j, e);
    rowSums[r] += e, columnSums += e;
  }
  // A row sums all columns of a block on the diagonal by itself.
  if (!isDiagonal) store_doubles(x->sums + j, load_doubles(x->sums + j) + in_double(columnSums));
}

// The exponentials of some rows in both networks, on and above the diagonal, and z − t.
INLINE void relate_rows(int rows, ptrdiff_t step, RelatedRows *s, RelatedRows *t, ptrdiff_t i,
                        const float *isColumn, float *differences) {
  const ptrdiff_t first = i / VECTOR * VECTOR;
  vector zs[RELATED_ROWS], zt[RELATED_ROWS], sumS[RELATED_ROWS], sumT[RELATED_ROWS];
  for (int r = 0; r < rows; r++) sumS[r] = sumT[r] = (vector){0};
  for (ptrdiff_t j = first; j < step; j += VECTOR) {
    const vector is = load(isColumn + j);
    exponentials_of_rows(rows, s, step, i, j, is, zs, sumS, j == first);
    exponentials_of_rows(rows, t, step, i, j, is, zt, sumT, j == first);
    for (int r = 0; r < rows; r++) store(differences + (i + r) * step + j, zs[r] - zt[r]);
  }
  for (int r = 0; r < rows; r++) {
    s->sums[i + r] += sum_of_double_lanes(in_double(sumS[r]));
    t->sums[i + r] += sum_of_double_lanes(in_double(sumT[r]));
  }
}

// The divergence from row i, and from its columns' rows above the diagonal; and those entries of w.
static double relations_of_row(ptrdiff_t n, ptrdiff_t step, const RelatedRows *s,
                               const RelatedRows *t, ptrdiff_t i, const float *ratios,
                               const float *differences, float *w) {
  const ptrdiff_t first = i / VECTOR * VECTOR;
  const float inverseS = s->inverses[i], inverseT = t->inverses[i], ratio = ratios[i];
  dvector sums = {0};
  for (ptrdiff_t j = first; j < n; j += VECTOR) {
    const ptrdiff_t at = i * step + j;
    const vector es = load(s->exponentials + at), et = load(t->exponentials + at);
    const vector difference = load(differences + at);
    vector own, other;
    const vector term = divergence_terms(et * inverseT, es * inverseS, difference - ratio, &own);
    const vector otherTerm =
        divergence_terms(et * load(t->inverses + j), es * load(s->inverses + j),
                         difference - load(ratios + j), &other);
    sums += in_double(j == first ? term : term + otherTerm);
    store_part(w + i * n + j, n - j, own + other);
  }
  return sum_of_double_lanes(sums);
}

static double relation_divergence(ptrdiff_t n, ptrdiff_t d, ptrdiff_t e, const float *x,
                                  const float *y, float *w, float *scratch) {
  const ptrdiff_t step = rounded_up(n, VECTOR);
  RelatedRows s = {.width = d, .rows = x}, t = {.width = e, .rows = y};
  if (!find_largest(n, &s) || !find_largest(n, &t)) return -1;
  s.sums = (double *)scratch, t.sums = s.sums + step;
  s.transposed = (float *)(t.sums + step), t.transposed = s.transposed + d * step;
  s.exponentials = t.transposed + e * step, t.exponentials = s.exponentials + n * step;
  float *differences = t.exponentials + n * step, *isColumn = differences + n * step;
  s.inverses = isColumn + step, t.inverses = s.inverses + step;
  float *ratios = t.inverses + step;
  for (ptrdiff_t j = 0; j < step; j++) s.sums[j] = t.sums[j] = 0, isColumn[j] = j < n;
  transpose_rows(n, step, &s), transpose_rows(n, step, &t);

  ptrdiff_t i = 0;
  for (; i + RELATED_ROWS <= n; i += RELATED_ROWS)
    relate_rows(RELATED_ROWS, step, &s, &t, i, isColumn, differences);
  for (; i < n; i++) relate_rows(1, step, &s, &t, i, isColumn, differences);
  for (ptrdiff_t j = 0; j < step; j++) {
    s.inverses[j] = j < n ? (float)(1 / s.sums[j]) : 0;
    t.inverses[j] = j < n ? (float)(1 / t.sums[j]) : 0;
    ratios[j] = j < n ? (float)((double)s.largest - t.largest + log(s.sums[j] / t.sums[j])) : 0;
  }

  double sum = 0;
  for (i = 0; i < n; i++) sum += relations_of_row(n, step, &s, &t, i, ratios, differences, w);
  for (i = VECTOR; i < n; i += VECTOR)
    transpose_matrix(VECTOR, n - i, w + (i - VECTOR) * n + i, n, w + i * n + i - VECTOR, n);
  return sum;
}
