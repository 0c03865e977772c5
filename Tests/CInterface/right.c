// Calls that are right: values and gradients of every type and layout, and results.
#include "check.h"

static double evaluate(const kindred_loss *loss, int64_t n, int64_t d, kindred_type type,
                       int64_t spread, bounded_array *gradient) {
  bounded_array s = matrix("embedding", type, n, d, 1, spread);
  bounded_array t = matrix("embedding", type, n, d, 2, spread);
  kindred_batch batch = {
      .student = &s.array, .student_count = 1, .teacher = &t.array, .teacher_count = 1};
  char *error = NULL;
  kindred_result *result = NULL;
  kindred_status status = kindred_evaluate(loss, &batch, gradient ? &gradient->array : NULL,
                                           gradient ? 1 : 0, &result, &error);
  EXPECT(expect_status(status, KINDRED_OK, error, NULL));
  double value = kindred_result_value(result);
  kindred_result_destroy(result);
  release(&s);
  release(&t);
  return value;
}

// What lies in memory does not matter, and neither does the type of what Float32 holds.
static void layouts(void) {
  kindred_loss *loss = loss_of("25*rkd.distance + 50*rkd.angle");
  bounded_array expected = matrix("embedding", KINDRED_FLOAT32, 7, 5, 3, 1);
  double value = evaluate(loss, 7, 5, KINDRED_FLOAT32, 1, &expected);
  EXPECT(isfinite(value) && value > 0);
  for (int64_t spread = 1; spread < 4; spread++)
    for (int type = KINDRED_FLOAT32; type <= KINDRED_FLOAT64; type++) {
      bounded_array gradient = matrix("embedding", type, 7, 5, 3, spread);
      EXPECT(evaluate(loss, 7, 5, type, spread, &gradient) == value);
      for (int i = 0; i < 7; i++)
        for (int j = 0; j < 5; j++) {
          int64_t place = i * gradient.strides[0] + j * gradient.strides[1];
          double found = type == KINDRED_FLOAT32 ? ((float *)gradient.array.data)[place]
                                                 : ((double *)gradient.array.data)[place];
          EXPECT(found == ((float *)expected.array.data)[i * 5 + j]);
        }
      release(&gradient);
    }
  // An address between two floats is read as well.
  bounded_array s = matrix("embedding", KINDRED_FLOAT32, 7, 5, 1, 1);
  bounded_array t = matrix("embedding", KINDRED_FLOAT32, 7, 5, 2, 1);
  s.array.data = memmove((char *)s.array.data - 1, s.array.data, 7 * 5 * 4);
  kindred_batch batch = {
      .student = &s.array, .student_count = 1, .teacher = &t.array, .teacher_count = 1};
  kindred_result *result = NULL;
  EXPECT(kindred_evaluate(loss, &batch, NULL, 0, &result, NULL) == KINDRED_OK);
  EXPECT(kindred_result_value(result) == value);
  kindred_result_destroy(result);
  release(&s);
  release(&t);
  for (int type = KINDRED_FLOAT16; type <= KINDRED_BFLOAT16; type++) {
    bounded_array gradient = matrix("embedding", type, 7, 5, 3, 2);
    EXPECT(evaluate(loss, 7, 5, KINDRED_FLOAT32, 1, &gradient) == value);
    release(&gradient);
  }
  release(&expected);
  kindred_loss_destroy(loss);
}

// What a result says lives as long as the result, even without its loss.
static void results(void) {
  kindred_loss *loss = loss_of("rrd + 2*rkd.distance");
  bounded_array s = matrix("embedding", KINDRED_FLOAT32, 6, 4, 1, 1);
  bounded_array t = matrix("embedding", KINDRED_FLOAT32, 6, 4, 2, 1);
  kindred_batch batch = {
      .student = &s.array, .student_count = 1, .teacher = &t.array, .teacher_count = 1};
  kindred_result *all[3] = {0};
  EXPECT(kindred_evaluate(loss, &batch, NULL, 0, &all[0], NULL) == KINDRED_OK);
  EXPECT(kindred_balance(loss, &batch, &all[1], NULL) == KINDRED_OK);
  EXPECT(kindred_initial_tensors(loss, &batch, &all[2], NULL) == KINDRED_OK);
  kindred_loss_destroy(loss);
  release(&s);
  release(&t);
  for (int i = 0; i < 3; i++) {
    EXPECT(kindred_result_term_count(all[i]) == (i < 2 ? 2 : 0));
    for (size_t k = 0; k < kindred_result_term_count(all[i]); k++) {
      kindred_term term;
      EXPECT(kindred_result_term(all[i], k, &term) == KINDRED_OK);
      EXPECT(!strcmp(term.name, k ? "rkd.distance" : "rrd") && term.weight == k + 1);
      if (k == 1) EXPECT(isnan(term.cosine) == (i == 0));
    }
    for (size_t k = 0; k < kindred_result_tensor_count(all[i]); k++) {
      kindred_tensor tensor;
      EXPECT(kindred_result_tensor(all[i], k, &tensor) == KINDRED_OK);
      EXPECT(!strcmp(tensor.array.name, "rrd.queue") && !tensor.is_parameter);
      EXPECT(tensor.array.rank == 2 && tensor.array.shape[0] == (i ? 0 : 6));
      for (int64_t j = 0; j < tensor.array.shape[0] * tensor.array.shape[1]; j++)
        EXPECT(isfinite(((float *)tensor.array.data)[j]));
    }
    EXPECT(kindred_result_tensor_count(all[i]) == (i == 1 ? 0 : 1));
    kindred_result_destroy(all[i]);
  }
}

// What a loss remembers outlives the array it came from, even if a term that is off leaves it
// alone.
static void memories(void) {
  kindred_loss *loss = loss_of("rkd.distance + ramp(rrd)");
  bounded_array s = matrix("embedding", KINDRED_FLOAT32, 6, 4, 1, 1);
  bounded_array queue = matrix("rrd.queue", KINDRED_FLOAT32, 5, 4, 2, 1);
  float expected[20];
  memcpy(expected, queue.array.data, sizeof expected);
  kindred_batch batch = {.student = &s.array,
                         .student_count = 1,
                         .teacher = &s.array,
                         .teacher_count = 1,
                         .tensors = &queue.array,
                         .tensor_count = 1,
                         .has_moment = 1};
  kindred_result *result = NULL;
  char *error = NULL;
  kindred_status status = kindred_evaluate(loss, &batch, NULL, 0, &result, &error);
  EXPECT(expect_status(status, KINDRED_OK, error, NULL));
  release(&queue);
  kindred_tensor tensor;
  EXPECT(kindred_result_tensor(result, 0, &tensor) == KINDRED_OK);
  EXPECT(tensor.array.shape[0] == 5 && !memcmp(tensor.array.data, expected, sizeof expected));
  kindred_result_destroy(result);
  kindred_loss_destroy(loss);
  release(&s);
}

int main(void) {
  EXPECT(kindred_interface() == KINDRED_INTERFACE && strlen(kindred_version()) >= 5);
  layouts();
  results();
  memories();
  if (failures) return 1;
  puts("every right call gives what it must");
}
