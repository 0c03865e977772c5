// Calls of the interface, and what they must give.
#pragma once
#include <kindred.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int failures = 0;

#define EXPECT(condition)                                                 \
  do {                                                                    \
    if (!(condition)) {                                                   \
      failures++;                                                         \
      fprintf(stderr, "%s:%d: not %s\n", __FILE__, __LINE__, #condition); \
    }                                                                     \
  } while (0)

// An array that ends where memory ends, so that every step beyond it ends the program: the library
// is compiled without a sanitizer.
typedef struct {
  kindred_array array;
  char *memory;
  size_t length;
  int64_t *shape;
  int64_t *strides;
} bounded_array;

static inline size_t size_of(kindred_type type) {
  switch (type) {
    case KINDRED_FLOAT64:
    case KINDRED_INT64: return 8;
    case KINDRED_FLOAT32:
    case KINDRED_INT32: return 4;
    case KINDRED_FLOAT16:
    case KINDRED_BFLOAT16: return 2;
    default: return 1;
  }
}

// N×D numbers that follow from a seed; the bytes of another type than Float32 and Float64 are 0.
static inline bounded_array matrix(const char *name, kindred_type type, int64_t n, int64_t d,
                                   unsigned seed, int64_t spread) {
  bounded_array a;
  a.shape = malloc(2 * sizeof(int64_t));
  a.strides = malloc(2 * sizeof(int64_t));
  a.shape[0] = n, a.shape[1] = d;
  // With spread > 1 the axes are exchanged in memory, and elements are apart.
  a.strides[0] = spread > 1 ? spread : d;
  a.strides[1] = spread > 1 ? spread * n : 1;
  size_t count = n * d ? (size_t)((n - 1) * a.strides[0] + (d - 1) * a.strides[1] + 1) : 0;
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t bytes = count * size_of(type), pages = (bytes + page - 1) / page * page;
  a.length = pages + page;
  a.memory = mmap(NULL, a.length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (a.memory == MAP_FAILED || mprotect(a.memory + pages, page, PROT_NONE)) abort();
  char *data = a.memory + pages - bytes;
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j < d; j++) {
      seed = seed * 1664525u + 1013904223u;
      double x = (double)(seed >> 8) / (1 << 24) - 0.5;
      int64_t place = i * a.strides[0] + j * a.strides[1];
      if (type == KINDRED_FLOAT32) ((float *)data)[place] = (float)x;
      if (type == KINDRED_FLOAT64) ((double *)data)[place] = x;
    }
  a.array = (kindred_array){name, type, 2, a.shape, spread > 1 ? a.strides : NULL, data};
  return a;
}

static inline void release(bounded_array *a) {
  munmap(a->memory, a->length);
  free(a->shape);
  free(a->strides);
}

static inline kindred_loss *loss_of(const char *formula) {
  kindred_loss *loss = NULL;
  char *error = NULL;
  if (kindred_loss_create(formula, &loss, &error) != KINDRED_OK) {
    fprintf(stderr, "%s\n", error);
    exit(1);
  }
  return loss;
}

// Expects a status, and a text if it is an error. Returns whether the text holds some words.
static inline int expect_status(kindred_status found, kindred_status status, char *error,
                                const char *words) {
  int is_so = found == status && (status == KINDRED_OK) == (error == NULL);
  if (is_so && words && error && !strstr(error, words)) is_so = 0;
  if (!is_so)
    fprintf(stderr, "status %d with \"%s\", not %d with \"%s\"\n", found, error ? error : "",
            status, words ? words : "");
  kindred_error_destroy(error);
  return is_so;
}
