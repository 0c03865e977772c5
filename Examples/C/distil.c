// A loss with its gradient, from C: docs/c.md says how to build this.
#include <kindred.h>
#include <stdio.h>

int main(void) {
  kindred_loss *loss;
  char *error;
  if (kindred_loss_create("ce + 4*kd(temperature: 2)", &loss, &error) != KINDRED_OK) {
    fprintf(stderr, "%s\n", error);
    kindred_error_destroy(error);
    return 1;
  }

  // Two examples of three classes, as the student and the teacher see them.
  float student[2][3] = {{1, 0, 2}, {0, 1, 0}};
  double teacher[2][3] = {{4, 0, 1}, {0, 3, 1}};
  float gradient[2][3];
  int32_t labels[2] = {0, 1};
  int64_t shape[2] = {2, 3};
  kindred_array s = {"logits", KINDRED_FLOAT32, 2, shape, NULL, student};
  kindred_array t = {"logits", KINDRED_FLOAT64, 2, shape, NULL, teacher};
  kindred_array y = {NULL, KINDRED_INT32, 1, shape, NULL, labels};
  kindred_array g = {"logits", KINDRED_FLOAT32, 2, shape, NULL, gradient};
  kindred_batch batch = {
      .student = &s, .student_count = 1, .teacher = &t, .teacher_count = 1, .labels = &y};

  kindred_result *result;
  if (kindred_evaluate(loss, &batch, &g, 1, &result, &error) != KINDRED_OK) {
    fprintf(stderr, "%s\n", error);
    kindred_error_destroy(error);
    return 1;
  }
  printf("loss %.4f\n", kindred_result_value(result));
  for (size_t i = 0; i < kindred_result_term_count(result); i++) {
    kindred_term term;
    kindred_result_term(result, i, &term);
    printf("%s: %.4f, times %g\n", term.name, term.value, term.weight);
  }
  for (int i = 0; i < 2; i++)
    printf("%8.4f %8.4f %8.4f\n", gradient[i][0], gradient[i][1], gradient[i][2]);
  kindred_result_destroy(result);
  kindred_loss_destroy(loss);
}
