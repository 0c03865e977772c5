// What the cases of the kernels are made of. A case calls the kernels of one table with numbers
// that follow from its description, and expects what the portable kernels wrote for it.
#pragma once
#include <CKernels.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern const KernelTable *table;

// A member of the table. It counts as having a case.
#define KERNEL(member) (note_member(offsetof(KernelTable, member), #member), table->member)
void note_member(size_t offset, const char *name);

// Begins a case, described as `printf` does, and releases the memory of the case before.
void begin(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Memory of a case. It ends where no memory follows, so a step beyond it ends the program. Scratch
// memory is aligned, as in Swift, so it ends up to 60 bytes earlier. Until something is written,
// every number is NaN.
float *floats(ptrdiff_t count);
double *doubles(ptrdiff_t count);
float *scratch(ptrdiff_t count);

// Memory like that, with numbers between `least` and `most`, or with copied ones.
float *numbers(ptrdiff_t count, float least, float most);
float *copied(ptrdiff_t count, const float *from);
double random_number(void);  // from 0 to below 1

// How far a number may be from the portable kernel's: a share of that number, and a share of the
// largest number that was written with it. A tolerance of 0 means: exactly.
typedef struct {
  double own, largest;
} Tolerance;
#define ROUNDING 0x1p-24  // half a unit in the last place of a float near 1
static const Tolerance exact = {0, 0};
static inline Tolerance roundings(double own, double largest) {
  return (Tolerance){own * ROUNDING, largest * ROUNDING};
}

// Numbers that a kernel wrote, and what it returned. All must be finite.
void expect_floats(ptrdiff_t count, const float *values, Tolerance tolerance);
void expect_doubles(ptrdiff_t count, const double *values, Tolerance tolerance);
void expect_double(double value, Tolerance tolerance);
void expect_integer(int64_t value);

// The rows of a matrix, `step` apart. Nothing may be written between them.
void expect_rows(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t step, const float *values,
                 Tolerance tolerance);

// Numbers that need not be finite: NaN and infinity must be where the portable kernel's are.
void expect_any(ptrdiff_t count, const float *values, Tolerance tolerance);

// Numbers of which nothing is left but rounding.
void expect_small(ptrdiff_t count, const float *values, float limit);

// Something that must hold whatever the portable kernels do.
void expect(bool holds, const char *what);

#define COUNT(array) (ptrdiff_t)(sizeof(array) / sizeof(array)[0])

void test_convolution(void);
void test_elementwise(void);
void test_matrix(void);
void test_normalization(void);
void test_optimizer(void);
void test_pairs(void);
void test_pooling(void);
void test_relations(void);
void test_rows(void);
