//   kernels                       lists the tables of this processor
//   kernels TABLE write FILE      writes what the kernels of a table give for every case
//   kernels TABLE compare FILE    compares it with what is in the file
#include "harness.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const KernelTable *table;

static FILE *file;
static bool writes;
static int cases, failures;

// MARK: the members that have a case

enum { MEMBERS = sizeof(KernelTable) / sizeof(void *) };
static const char *members[MEMBERS];
static const char *member = "";
static char situation[200];

_Static_assert(sizeof(ptrdiff_t) == sizeof(void *), "every member is as large as a pointer");

void note_member(size_t offset, const char *name) {
  members[offset / sizeof(void *)] = name;
  member = name;
}

__attribute__((format(printf, 1, 2))) static void fail(const char *format, ...) {
  if (failures++ > 20) return;
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%s: %s, %s: ", table->name, member, situation);
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\n");
  va_end(arguments);
}

static void check_members(void) {
  strcpy(situation, "all cases");
  for (int i = 1; i < MEMBERS; i++)  // the first is the name
    if (members[i])
      member = members[i];
    else
      fail("the member after it has no case");
}

// MARK: memory

static struct {
  char *start;
  size_t length;
} blocks[400];
static int blockCount;

static void *bounded(size_t bytes) {
  size_t page = sysconf(_SC_PAGESIZE), length = (bytes + page - 1) / page * page + page;
  char *start = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED || mprotect(start + length - page, page, PROT_NONE)) abort();
  memset(start, 0xff, length - page);  // NaN
  if (blockCount == COUNT(blocks)) abort();
  blocks[blockCount].start = start, blocks[blockCount++].length = length;
  return start + length - page - bytes;
}

float *floats(ptrdiff_t count) { return bounded(count * sizeof(float)); }
double *doubles(ptrdiff_t count) { return bounded(count * sizeof(double)); }
float *scratch(ptrdiff_t count) { return bounded((count * sizeof(float) + 63) / 64 * 64); }

static uint64_t state;

double random_number(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (double)(state >> 40) * 0x1p-24;
}

float *numbers(ptrdiff_t count, float least, float most) {
  float *p = floats(count);
  for (ptrdiff_t i = 0; i < count; i++)
    p[i] = (float)(least + ((double)most - least) * random_number());
  return p;
}

float *copied(ptrdiff_t count, const float *from) {
  float *p = floats(count);
  if (count) memcpy(p, from, count * sizeof(float));
  return p;
}

void begin(const char *format, ...) {
  for (int i = 0; i < blockCount; i++) munmap(blocks[i].start, blocks[i].length);
  blockCount = 0;
  cases++;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(situation, sizeof situation, format, arguments);
  va_end(arguments);
  state = 1;
  for (const char *c = situation; *c; c++) state = state * 31 + (unsigned char)*c;
}

// MARK: comparisons

static bool is_close(double value, double expected, double allowed) {
  if (isnan(expected)) return isnan(value);
  if (value == expected) return true;
  return isfinite(expected) && fabs(value - expected) <= allowed;
}

// Writes numbers, or compares them. The file has their count before them.
static void settle(ptrdiff_t count, const double *values, Tolerance tolerance) {
  double length = (double)count;
  if (writes) {
    fwrite(&length, sizeof length, 1, file);
    fwrite(values, sizeof *values, count, file);
    return;
  }
  double *expected = malloc((count + 1) * sizeof *expected), largest = 0;
  if (fread(&length, sizeof length, 1, file) != 1 || length != (double)count
      || fread(expected, sizeof *expected, count, file) != (size_t)count) {
    fail("other cases were written");
    exit(1);
  }
  for (ptrdiff_t i = 0; i < count; i++)
    if (isfinite(expected[i])) largest = fmax(largest, fabs(expected[i]));
  // The smallest floats have fewer digits.
  const double least = tolerance.own > 0 ? 0x1p-148 : 0;
  for (ptrdiff_t i = 0; i < count; i++) {
    double allowed = tolerance.own * fabs(expected[i]) + tolerance.largest * largest + least;
    if (is_close(values[i], expected[i], allowed)) continue;
    fail("number %td of %td is %.9g, not %.9g within %.2g", i, count, values[i], expected[i],
         allowed);
    break;
  }
  free(expected);
}

void expect_any(ptrdiff_t count, const float *values, Tolerance tolerance) {
  double *wide = malloc((count + 1) * sizeof *wide);
  for (ptrdiff_t i = 0; i < count; i++) wide[i] = values[i];
  settle(count, wide, tolerance);
  free(wide);
}

void expect_floats(ptrdiff_t count, const float *values, Tolerance tolerance) {
  for (ptrdiff_t i = 0; i < count; i++)
    if (!isfinite(values[i])) {
      fail("number %td of %td is %g", i, count, values[i]);
      break;
    }
  expect_any(count, values, tolerance);
}

void expect_rows(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t step, const float *values,
                 Tolerance tolerance) {
  float *dense = floats(rows * columns);
  for (ptrdiff_t r = 0; r < rows; r++) {
    for (ptrdiff_t c = 0; c < columns; c++) dense[r * columns + c] = values[r * step + c];
    for (ptrdiff_t c = columns; c < step && r + 1 < rows; c++)
      if (!isnan(values[r * step + c])) fail("something is written between the rows");
  }
  expect_floats(rows * columns, dense, tolerance);
}

void expect_doubles(ptrdiff_t count, const double *values, Tolerance tolerance) {
  for (ptrdiff_t i = 0; i < count; i++)
    if (!isfinite(values[i])) fail("number %td of %td is %g", i, count, values[i]);
  settle(count, values, tolerance);
}

void expect_double(double value, Tolerance tolerance) { expect_doubles(1, &value, tolerance); }
void expect_integer(int64_t value) { expect_double((double)value, exact); }

void expect_small(ptrdiff_t count, const float *values, float limit) {
  for (ptrdiff_t i = 0; i < count; i++)
    if (!(fabsf(values[i]) <= limit)) fail("number %td of %td is %g", i, count, values[i]);
}

void expect(bool holds, const char *what) {
  if (!holds) fail("not so: %s", what);
}

static int list_tables(void) {
  const char *names[] = {"avx512", "avx2", "neon", "portable"};
  for (ptrdiff_t i = 0; i < COUNT(names); i++)
    if (kindred_kernels_named(names[i])) puts(names[i]);
  return 0;
}

int main(int count, char **arguments) {
  if (count == 1) return list_tables();
  if (count != 4) return 2;
  table = kindred_kernels_named(arguments[1]);
  writes = !strcmp(arguments[2], "write");
  file = fopen(arguments[3], writes ? "wb" : "rb");
  if (!table || !file) {
    fprintf(stderr, "no table %s, or no file %s\n", arguments[1], arguments[3]);
    return 2;
  }
  test_convolution();
  test_elementwise();
  test_matrix();
  test_normalization();
  test_optimizer();
  test_pairs();
  test_pooling();
  test_relations();
  test_rows();
  check_members();
  if (fclose(file)) return 2;
  printf("%s: %d members, %d cases, %d failures\n", table->name, MEMBERS - 1, cases, failures);
  return failures > 0;
}
