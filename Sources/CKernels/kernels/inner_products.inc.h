// What follows from the inner products C of centred rows y = x − m: squared distances, and the
// inner products and cosines of the rows as they are. Derived in docs/kernels/inner-products.md.

#pragma clang fp contract(fast)

// Below this part of Cᵢᵢ + Cⱼⱼ a squared distance is summed from differences: the products have an
// error of some 2⁻²² of that, and would lose more than five bits of the distance.
#define CLOSE 0x1p-5f

static int product_distances(ptrdiff_t n, ptrdiff_t d, const float *x, const float *products,
                             const float *norms, double scale, ptrdiff_t first, ptrdiff_t end,
                             float *squared) {
  int some_short = 0;
  for (ptrdiff_t i = first; i < end; i++) {
    float *result = squared + i * n;
    const float own = norms[i];
    ivector close = {0}, shorts = {0};
    for (ptrdiff_t j = 0; j < n; j += VECTOR) {
      const vector sums = load_part(norms + j, n - j, 0) + own;
      const vector value = sums - 2 * load_part(products + i * n + j, n - j, 0);
      ivector is_short = value < (float)SHORT * sums;
      if (j <= i && i < j + VECTOR) is_short[i - j] = 0;
      shorts |= is_short;
      close |= is_short & (value < CLOSE * sums);
      store_part(result + j, n - j, value);
    }
    result[i] = 0;
    int some_close = 0;
    for (int l = 0; l < VECTOR; l++) some_short |= shorts[l], some_close |= close[l];
    for (ptrdiff_t j = 0; some_close && j < n; j++)
      if (j != i && result[j] < CLOSE * (own + norms[j])) {
        const double exact = scale * squared_distance(d, x + i * d, x + j * d);
        result[j] = (float)(exact > FLT_MAX ? FLT_MAX : exact);
      }
  }
  return some_short != 0;
}

static void product_cosines(ptrdiff_t n, const float *products, const double *u, double square,
                            const double *factors, ptrdiff_t first, ptrdiff_t end, float *y) {
  for (ptrdiff_t i = first; i < end; i++) {
    const double own = u[i] + square;
    for (ptrdiff_t j = 0; j < n; j++)
      y[i * n + j] = (float)((products[i * n + j] + (own + u[j])) * (factors[i] * factors[j]));
  }
}

static void product_cosines_gradient(ptrdiff_t n, const float *dy, const float *y,
                                     const double *factors, int normalizes, ptrdiff_t first,
                                     ptrdiff_t end, float *gradient, double *sums) {
  float mirror[BLOCK][BLOCK] = {{0}};
  for (ptrdiff_t i = first; i < end; i += BLOCK) {
    const ptrdiff_t rows = end - i < BLOCK ? end - i : BLOCK;
    double along[BLOCK] = {0};  // Σⱼ (dyᵢⱼ + dyⱼᵢ) yᵢⱼ over j ≠ i
    for (ptrdiff_t r = 0; r < rows; r++) sums[i + r] = 0;
    for (ptrdiff_t j = 0; j < n; j += BLOCK) {
      const ptrdiff_t columns = n - j < BLOCK ? n - j : BLOCK;
      load_mirror(n, 1, dy, i, rows, j, columns, mirror);
      for (ptrdiff_t r = 0; r < rows; r++) {
        const ptrdiff_t at = (i + r) * n + j;
        double total = 0, product = 0;
        for (ptrdiff_t c = 0; c < columns; c++) {
          const double w = (double)dy[at + c] + mirror[r][c];
          const double g = w * (factors[i + r] * factors[j + c]);
          product += w * y[at + c];
          total += g;
          gradient[at + c] = (float)g;
        }
        const ptrdiff_t diagonal = i + r - j;
        if (normalizes && 0 <= diagonal && diagonal < columns) {
          total -= gradient[at + diagonal];
          product -= ((double)dy[at + diagonal] + mirror[r][diagonal]) * y[at + diagonal];
        }
        along[r] += product;
        sums[i + r] += total;
      }
    }
    for (ptrdiff_t r = 0; normalizes && r < rows; r++) {
      const double own = -factors[i + r] * factors[i + r] * along[r];
      gradient[(i + r) * n + i + r] = (float)own;
      sums[i + r] += own;
    }
  }
}
