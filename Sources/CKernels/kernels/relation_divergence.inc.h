#pragma once

// The divergence of softmax(Y Yᵀ) from softmax(X Xᵀ), row by row, and its gradient at X.
//
// Z is symmetric, so two rows need one exponential: if all are of z less one number for the whole
// matrix, those of a row differ from the exponentials of its softmax by a factor. Whatever follows
// for two rows is added up for both of them at once. docs/kernels/softmax.md has the derivation.

#include <math.h>
#include <stdbool.h>

#include "divergence.inc.h"
#include "functions.inc.h"
#include "integers.inc.h"
#include "transpose.inc.h"

// One network's rows and their exponentials.
typedef struct {
  ptrdiff_t width;
  const float *rows;
  float factor;         // of all numbers
  float *columns;       // times the factor, in panels
  float *exponentials;  // n × step, on and above the diagonal
  float largest;    // the largest of all z: a squared length, since zᵢⱼ² ≤ zᵢᵢ zⱼⱼ
  double *sums;     // of the exponentials of each row
  float *inverses;  // of the sums
} RelatedRows;

enum { RELATED_ROWS = VECTOR < 8 ? VECTOR : 8 };  // this many rows are computed at once

// The transpose of n × width numbers is held in panels of VECTOR columns, one after another, with a
// row of padding: equal columns of all panels would otherwise fall into few sets of the cache.
INLINE float *panel(float *panels, ptrdiff_t width, ptrdiff_t j) {
  return panels + j * (width + 1);
}

// Entry k of row i is the number at k × VECTOR from here, and those of the rows after it follow.
INLINE const float *column_of(const RelatedRows *x, ptrdiff_t i) {
  return panel(x->columns, x->width, i / VECTOR * VECTOR) + i % VECTOR;
}

static ptrdiff_t relation_scratch_count(ptrdiff_t n, ptrdiff_t d, ptrdiff_t e) {
  const ptrdiff_t step = rounded_up(n, VECTOR);
  return (4 + 2 * (d + 1) + (e + 1) + 3 * n + VECTOR + 4) * step;
}

static void fill_panels(ptrdiff_t n, const RelatedRows *x) {
  for (ptrdiff_t j = 0; j < n; j += VECTOR) {
    float *columns = panel(x->columns, x->width, j);
    const ptrdiff_t count = n - j < VECTOR ? n - j : VECTOR;
    for (ptrdiff_t k = 0; count < VECTOR && k < x->width * VECTOR; k++) columns[k] = 0;
    transpose_matrix(count, x->width, x->rows + j * x->width, x->width, columns, VECTOR);
    for (ptrdiff_t k = 0; k < x->width * VECTOR; k++) columns[k] *= x->factor;
  }
}

// Whether the exponentials of all rows have figures, and the largest squared length.
static bool find_largest(ptrdiff_t n, RelatedRows *x) {
  float least = INFINITY;
  for (ptrdiff_t j = 0; j < n; j += VECTOR) {
    const float *columns = panel(x->columns, x->width, j);
    vector squares = {0};
    for (ptrdiff_t k = 0; k < x->width * VECTOR; k += VECTOR)
      squares += load(columns + k) * load(columns + k);
    for (int r = 0; r < VECTOR && j + r < n; r++) {
      if (!(squares[r] < INFINITY)) return false;
      least = squares[r] < least ? squares[r] : least;
      x->largest = squares[r] > x->largest ? squares[r] : x->largest;
    }
  }
  return x->largest - least < 60;
}

// The exponentials of z less the largest, for some rows and the columns of a vector, with their
// sums.
INLINE void exponentials_of_rows(int rows, const RelatedRows *x, ptrdiff_t step, ptrdiff_t i,
                                 ptrdiff_t j, vector isColumn, vector *z, vector *rowSums,
                                 bool isDiagonal) {
  const float *columns = panel(x->columns, x->width, j), *entries = column_of(x, i);
  for (int r = 0; r < rows; r++) z[r] = (vector){0};
  for (ptrdiff_t k = 0; k < x->width; k++) {
    const vector column = load(columns + k * VECTOR);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) z[r] += column * entries[k * VECTOR + r];
  }
  vector columnSums = {0};
#pragma clang loop unroll(full)
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

// The divergence from row i, and from its columns' rows above the diagonal; and those entries of W.
static double relations_of_row(ptrdiff_t step, const RelatedRows *s, const RelatedRows *t,
                               ptrdiff_t i, const float *ratios, const float *differences,
                               float *w) {
  const ptrdiff_t first = i / VECTOR * VECTOR;
  const float inverseS = s->inverses[i], inverseT = t->inverses[i], ratio = ratios[i];
  dvector sums = {0};
  for (ptrdiff_t j = first; j < step; j += VECTOR) {
    const ptrdiff_t at = i * step + j;
    const vector es = load(s->exponentials + at), et = load(t->exponentials + at);
    const vector difference = load(differences + at);
    vector own, other;
    const vector term = divergence_terms(et * inverseT, es * inverseS, difference - ratio, &own);
    const vector otherTerm =
        divergence_terms(et * load(t->inverses + j), es * load(s->inverses + j),
                         difference - load(ratios + j), &other);
    sums += in_double(j == first ? term : term + otherTerm);
    store(w + j, own + other);
  }
  return sum_of_double_lanes(sums);
}

// Adds rows that are weighted by the lanes of w to columns of the gradient: yₖ += Σᵣ wᵣ xₖᵣ.
INLINE void add_rows(ptrdiff_t width, const vector w[VECTOR], const float *x, float *y) {
  for (ptrdiff_t k = 0; k < width; k++, x += VECTOR, y += VECTOR) {
    vector even = load(y), odd = {0};
#pragma clang loop unroll(full)
    for (int r = 0; r < VECTOR; r += 2) even += w[r] * x[r], odd += w[r + 1] * x[r + 1];
    store(y, even + odd);
  }
}

// Adds what a panel's rows of W give to the gradient, W X: on and above the diagonal to the panels
// of the columns, and above it, as the columns of W that they are as well, to their own panel.
static void add_gradient(ptrdiff_t step, const RelatedRows *x, ptrdiff_t i, const float *w,
                         float *gradient) {
  for (ptrdiff_t j = i; j < step; j += VECTOR) {
    vector square[VECTOR];
    for (int r = 0; r < VECTOR; r++) square[r] = load(w + r * step + j);
    add_rows(x->width, square, panel(x->columns, x->width, i), panel(gradient, x->width, j));
    if (j == i) continue;
    transpose_square(square);
    add_rows(x->width, square, panel(x->columns, x->width, j), panel(gradient, x->width, i));
  }
}

static double relation_divergence(ptrdiff_t n, ptrdiff_t d, ptrdiff_t e, float ofX, float ofY,
                                  const float *x, const float *y, float *dx, float *scratch) {
  const ptrdiff_t step = rounded_up(n, VECTOR);
  RelatedRows s = {.width = d, .rows = x, .factor = ofX},
              t = {.width = e, .rows = y, .factor = ofY};
  s.sums = (double *)scratch, t.sums = s.sums + step;
  s.columns = (float *)(t.sums + step), t.columns = panel(s.columns, d, step);
  float *gradient = panel(t.columns, e, step), *isColumn = panel(gradient, d, step);
  s.inverses = isColumn + step, t.inverses = s.inverses + step;
  float *ratios = t.inverses + step, *w = ratios + step;
  s.exponentials = w + VECTOR * step, t.exponentials = s.exponentials + n * step;
  float *differences = t.exponentials + n * step;
  fill_panels(n, &s), fill_panels(n, &t);
  if (!find_largest(n, &s) || !find_largest(n, &t)) return -1;
  for (ptrdiff_t j = 0; j < step; j++) s.sums[j] = t.sums[j] = 0, isColumn[j] = j < n;
  for (float *p = gradient; p < isColumn; p++) *p = 0;

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
  for (i = 0; i < n; i += VECTOR) {
    for (ptrdiff_t r = 0; r < VECTOR; r++)
      if (i + r < n)
        sum += relations_of_row(step, &s, &t, i + r, ratios, differences, w + r * step);
      else
        for (ptrdiff_t j = i; j < step; j++) w[r * step + j] = 0;
    add_gradient(step, &s, i, w, gradient);
  }
  for (float *p = gradient; p < isColumn; p++) *p *= ofX;
  for (ptrdiff_t j = 0; j < n; j += VECTOR) {
    const ptrdiff_t count = n - j < VECTOR ? n - j : VECTOR;
    transpose_matrix(d, count, panel(gradient, d, j), VECTOR, dx + j * d, d);
  }
  return sum;
}
