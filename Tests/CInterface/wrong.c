// Every wrong input is an error status with a sentence, whatever the rest of the call is.
#include <limits.h>

#include "check.h"

typedef struct {
  bounded_array student[2], teacher[2], weight, bias, gradient;
  int64_t labels[4];
  int64_t length[1];
  kindred_array arrays[2], others[2], tensors[2], y, g;
  kindred_batch batch;
} call;

static void begin(call *c) {
  memset(c, 0, sizeof *c);
  const char *names[2] = {"logits", "embedding"};
  for (int i = 0; i < 2; i++) {
    c->student[i] = matrix(names[i], KINDRED_FLOAT32, 4, 3, 1 + i, 1);
    c->teacher[i] = matrix(names[i], KINDRED_FLOAT32, 4, i ? 5 : 3, 7 + i, 1);
    c->arrays[i] = c->student[i].array;
    c->others[i] = c->teacher[i].array;
  }
  c->weight = matrix("fitnet.weight", KINDRED_FLOAT32, 5, 3, 3, 1);
  c->bias = matrix("fitnet.bias", KINDRED_FLOAT32, 5, 1, 4, 1);
  c->tensors[0] = c->weight.array;
  c->tensors[1] = c->bias.array;
  c->tensors[1].rank = 1;
  c->gradient = matrix("logits", KINDRED_FLOAT32, 4, 3, 9, 3);
  c->g = c->gradient.array;
  c->length[0] = 4;
  for (int i = 0; i < 4; i++) c->labels[i] = i % 3;
  c->y = (kindred_array){NULL, KINDRED_INT64, 1, c->length, NULL, c->labels};
  c->batch = (kindred_batch){c->arrays, 2, c->others, 2, c->tensors, 2, &c->y, NULL, 1, 0, 0.5, 0};
}

static void finish(call *c) {
  for (int i = 0; i < 2; i++) {
    release(&c->student[i]);
    release(&c->teacher[i]);
  }
  release(&c->weight);
  release(&c->bias);
  release(&c->gradient);
}

static kindred_loss *loss;

// Calls everything that takes a batch; the gradient's array must stay as it is. Then it is without
// an error's place and without a result's.
#define WRONG(status, words, change)                                                   \
  do {                                                                                 \
    call c;                                                                            \
    begin(&c);                                                                         \
    change;                                                                            \
    bounded_array before = matrix("logits", KINDRED_FLOAT32, 4, 3, 9, 3);              \
    char *error = NULL;                                                                \
    kindred_result *result = (kindred_result *)&c;                                     \
    kindred_status found = kindred_evaluate(loss, &c.batch, &c.g, 1, &result, &error); \
    EXPECT(expect_status(found, status, error, words));                                \
    EXPECT((result == NULL) == (found != KINDRED_OK));                                 \
    kindred_result_destroy(result);                                                    \
    if (found != KINDRED_OK)                                                           \
      EXPECT(!memcmp(before.array.data, c.gradient.array.data, 4 * 12 * 3 - 8));       \
    EXPECT(kindred_evaluate(loss, &c.batch, &c.g, 1, NULL, NULL) == status);           \
    kindred_balance(loss, &c.batch, &result, &error);                                  \
    kindred_error_destroy(error);                                                      \
    kindred_result_destroy(result);                                                    \
    kindred_initial_tensors(loss, &c.batch, &result, &error);                          \
    kindred_error_destroy(error);                                                      \
    kindred_result_destroy(result);                                                    \
    release(&before);                                                                  \
    finish(&c);                                                                        \
  } while (0)

#define BAD(words, change) WRONG(KINDRED_BAD_ARGUMENT, words, change)

static void descriptions(void) {
  WRONG(KINDRED_OK, NULL, (void)0);
  kindred_array *of[] = {NULL, NULL, NULL, NULL, NULL};
  for (int i = 0; i < 5; i++) {
#define ARRAY(c)                                                                                  \
  (of[0] = &c.arrays[1], of[1] = &c.others[0], of[2] = &c.tensors[0], of[3] = &c.g, of[4] = &c.y, \
   of[i])
    BAD("null pointer", ARRAY(c)->shape = NULL);
    BAD("null pointer", ARRAY(c)->data = NULL);
    for (int type = -1; type < 10; type += type == 0 ? 8 : 1)
      BAD("and types are from 1 to 7", ARRAY(c)->type = type);
    BAD("types are from 1 to 7", ARRAY(c)->type = INT32_MIN);
    int32_t ranks[] = {0, -1, 9, INT32_MAX, INT32_MIN};
    for (int k = 0; k < 5; k++) BAD("axes; arrays have from 1 to 8", ARRAY(c)->rank = ranks[k]);
    int64_t lengths[] = {-1, INT64_MIN};
    for (int k = 0; k < 2; k++) {
      int64_t shape[2] = {lengths[k], 3};
      BAD("negative length", ARRAY(c)->shape = shape);
    }
    int64_t strides[2] = {-1, INT64_MIN};
    BAD("negative stride", ARRAY(c)->strides = strides);
    int64_t large[][2] = {{INT64_MAX, 3}, {INT64_MAX, INT64_MAX}, {1LL << 62, 8}};
    for (int k = 0; k < 3; k++)
      WRONG(KINDRED_TOO_LARGE, "more bytes", (ARRAY(c)->shape = large[k], ARRAY(c)->rank = 2));
    int64_t far[2] = {INT64_MAX, 1};
    WRONG(KINDRED_TOO_LARGE, "more bytes", (ARRAY(c)->strides = far));
    if (i == 4) continue;
    BAD("null pointer", ARRAY(c)->name = NULL);
    BAD("is not UTF-8", ARRAY(c)->name = "\xff\xfe");
    BAD("", ARRAY(c)->name = "");
  }
}

static void batches(void) {
  BAD("null pointer", c.batch.student = NULL);
  BAD("null pointer", c.batch.teacher = NULL);
  BAD("null pointer", c.batch.tensors = NULL);
  BAD("too many", c.batch.student_count = SIZE_MAX);
  BAD("too many", c.batch.tensor_count = SIZE_MAX / 2);
  BAD("there are none", c.batch.teacher_count = 0);
  BAD("given twice", c.arrays[1].name = "logits");
  BAD("did you mean 'logit'", c.others[0].name = "logit");
  BAD("needs labels", c.batch.labels = NULL);
  BAD("it takes Int32 or Int64", c.y.type = KINDRED_FLOAT64);
  BAD("it takes Int32 or Int64", c.y.type = KINDRED_BOOL);
  BAD("labels have 3", c.length[0] = 3);
  BAD("has no examples", (c.arrays[0].shape = (int64_t[2]){0, 3}));
  BAD("holds no numbers", (c.arrays[0].shape = (int64_t[2]){4, 0}));
  BAD("but the teacher's 'logits' has 2", (c.others[0].shape = (int64_t[2]){2, 3}));
  BAD("outputs are of a floating-point type", c.arrays[0].type = KINDRED_BOOL);
  BAD("'fitnet.weight' [5, 3]", c.batch.tensor_count = 0);
  BAD("has shape [5, 3]", (c.tensors[0].shape = (int64_t[2]){3, 5}));
  BAD("did you mean 'fitnet.bias'", c.tensors[1].name = "fitnet.base");
  BAD("depends on the moment", c.batch.has_moment = 0);
  BAD("the step is -1", c.batch.step = -1);
  BAD("from 0 to 1", c.batch.progress = 1.0001);
  BAD("from 0 to 1", c.batch.progress = NAN);
  BAD("no output of the student or parameter", c.g.name = "hidden");
  BAD("what it is of has shape [4, 3]", c.g.rank = 1);
  BAD("lie on each other", (c.g.strides = (int64_t[2]){3, 0}));
  BAD("it takes a floating-point type", c.g.type = KINDRED_INT32);
}

static void numbers(void) {
  float *f;
  float odd[] = {NAN, INFINITY, -INFINITY};
  for (int k = 0; k < 3; k++) {
    WRONG(KINDRED_BAD_DATA, "at [1, 2]", (f = c.arrays[0].data, f[5] = odd[k]));
    WRONG(KINDRED_BAD_DATA, "the teacher's 'embedding'", (f = c.others[1].data, f[0] = odd[k]));
    WRONG(KINDRED_BAD_DATA, "'fitnet.bias' holds", (f = c.tensors[1].data, f[4] = odd[k]));
  }
  int64_t labels[] = {3, -1, INT64_MAX, INT64_MIN};
  for (int k = 0; k < 4; k++)
    WRONG(KINDRED_BAD_DATA, "is not one of the classes 0..<3", c.labels[2] = labels[k]);
  WRONG(KINDRED_TOO_LARGE, "overflows", (f = c.tensors[0].data, f[0] = f[1] = f[2] = 3e38f));
}

// What says which examples and tokens count is 0 or 1, of whatever type.
static void masks(void) {
  loss = loss_of("tokenKd");
  float tokens[2][3][4] = {{{1}}}, mask[6] = {1, 1, 1, 1, 1, 1}, weights[2] = {1, 1};
  float gradient[2][3][4];
  uint8_t bits[6] = {1, 1, 1, 1, 1, 1};
  int64_t shape[3] = {2, 3, 4}, strides[3] = {12, 0, 1}, flat[1] = {6};
  kindred_array arrays[3] = {{"logits", KINDRED_FLOAT32, 3, shape, NULL, tokens},
                             {"mask", KINDRED_FLOAT32, 2, shape, NULL, mask},
                             {"weights", KINDRED_FLOAT32, 1, shape, NULL, weights}};
  kindred_array g = {"logits", KINDRED_FLOAT32, 3, shape, NULL, gradient};
  kindred_batch batch = {
      .student = arrays, .student_count = 3, .teacher = arrays, .teacher_count = 2};
#define MASKED(status, words)                                                   \
  do {                                                                          \
    char *error = NULL;                                                         \
    kindred_status found = kindred_evaluate(loss, &batch, &g, 1, NULL, &error); \
    EXPECT(expect_status(found, status, error, words));                         \
  } while (0)
  MASKED(KINDRED_OK, NULL);
  float odd[] = {0.5f, 2, -1, NAN, INFINITY};
  for (int k = 0; k < 5; k++) {
    mask[4] = odd[k];
    MASKED(KINDRED_BAD_DATA, "'mask'");
    mask[4] = 1, weights[1] = odd[k];
    MASKED(KINDRED_BAD_DATA, "'weights'");
    weights[1] = 1;
  }
  arrays[1].type = KINDRED_BOOL, arrays[1].data = bits;
  MASKED(KINDRED_OK, NULL);
  bits[5] = 2;
  MASKED(KINDRED_BAD_DATA, "'mask'");
  bits[5] = 1, weights[0] = weights[1] = 0;
  MASKED(KINDRED_OK, NULL);
  weights[0] = weights[1] = 1, arrays[1].rank = 1, arrays[1].shape = flat;
  MASKED(KINDRED_BAD_ARGUMENT, "but the student's 'mask' has 6");
  arrays[1].rank = 2, arrays[1].shape = shape, g.name = "mask";
  MASKED(KINDRED_BAD_ARGUMENT, "no output of the student");
  g.name = "logits", g.strides = strides;
  MASKED(KINDRED_BAD_ARGUMENT, "lie on each other");
  g.strides = NULL, g.rank = 2;
  MASKED(KINDRED_BAD_ARGUMENT, "has shape [2, 3, 4]");
  kindred_loss_destroy(loss);
}

static void indices(void) {
  loss = loss_of("crd(layer: logits)");
  int64_t wrong[] = {-1, INT64_MAX, INT64_MIN, 1LL << 32};
  char *error = NULL;
  kindred_result *result = NULL;
  for (int k = 0; k < 4; k++) {
    call c;
    begin(&c);
    c.batch.indices = &c.y;
    c.batch.tensor_count = 0;
    c.labels[3] = wrong[k];
    kindred_status found = kindred_initial_tensors(loss, &c.batch, &result, &error);
    EXPECT(expect_status(found, KINDRED_BAD_DATA, error, "indices are whole numbers from 0"));
    finish(&c);
  }
  kindred_loss_destroy(loss);
}

static void formulas(void) {
  const char *wrong[] = {"",
                         " ",
                         "kd +",
                         "kdd",
                         "kd(",
                         "1e99*kd",
                         "kd(temperature: -1)",
                         "\xff",
                         "match(logits, cosine(",
                         "ce + 2*",
                         "@",
                         "kd(teacher: 99999999999999999999)"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    kindred_loss *none = (kindred_loss *)wrong;
    char *error = NULL;
    kindred_status status = kindred_loss_create(wrong[i], &none, &error);
    EXPECT(status == KINDRED_BAD_FORMULA || status == KINDRED_BAD_ARGUMENT);
    EXPECT(error && *error && !none);
    kindred_error_destroy(error);
    EXPECT(kindred_loss_create(wrong[i], &none, NULL) == status);
  }
  size_t depth = 100000;
  char *deep = malloc(depth + 1);
  memset(deep, '(', depth);
  deep[depth] = 0;
  kindred_loss *none;
  EXPECT(kindred_loss_create(deep, &none, NULL) == KINDRED_BAD_FORMULA);
  free(deep);
  char *error;
  EXPECT(expect_status(kindred_loss_create(NULL, &none, &error), KINDRED_BAD_ARGUMENT, error,
                       "the formula is a null pointer"));
  EXPECT(expect_status(kindred_loss_create("kd", NULL, &error), KINDRED_BAD_ARGUMENT, error,
                       "null pointer"));
}

static void nothing(void) {
  char *error;
  kindred_result *result;
  kindred_batch empty = {0};
  EXPECT(kindred_evaluate(NULL, &empty, NULL, 0, &result, &error) == KINDRED_BAD_ARGUMENT);
  kindred_error_destroy(error);
  EXPECT(kindred_evaluate(loss, NULL, NULL, 0, &result, NULL) == KINDRED_BAD_ARGUMENT);
  EXPECT(kindred_evaluate(loss, &empty, NULL, 1, NULL, NULL) == KINDRED_BAD_ARGUMENT);
  EXPECT(kindred_evaluate(loss, &empty, NULL, 0, NULL, NULL) == KINDRED_BAD_ARGUMENT);
  EXPECT(kindred_balance(loss, &empty, NULL, NULL) == KINDRED_BAD_ARGUMENT);
  EXPECT(kindred_initial_tensors(loss, &empty, NULL, NULL) == KINDRED_BAD_ARGUMENT);
  EXPECT(kindred_loss_output(loss, KINDRED_STUDENT, SIZE_MAX) == NULL);
  EXPECT(kindred_loss_output(loss, 7, 0) == NULL && kindred_loss_output_count(loss, -1) == 0);
  EXPECT(kindred_loss_term(loss, 3) == NULL);
  EXPECT(kindred_result_term(NULL, 0, NULL) == KINDRED_BAD_ARGUMENT);
  kindred_error_destroy(NULL);
  kindred_loss_destroy(NULL);
  kindred_result_destroy(NULL);
}

int main(void) {
  loss = loss_of("ce + ramp(kd) + fitnet(layer: embedding)");
  descriptions();
  batches();
  numbers();
  nothing();
  kindred_loss_destroy(loss);
  masks();
  indices();
  formulas();
  if (failures) return 1;
  puts("every wrong input is an error");
}
