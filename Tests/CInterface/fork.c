// Children of fork compute what their parent does, without its threads, even if these are in the
// middle of an evaluation when the process is copied.
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "check.h"

static double evaluate(const kindred_loss *loss, int64_t n) {
  bounded_array s = matrix("embedding", KINDRED_FLOAT32, n, 64, 1, 1);
  bounded_array t = matrix("embedding", KINDRED_FLOAT32, n, 64, 2, 1);
  bounded_array g = matrix("embedding", KINDRED_FLOAT32, n, 64, 3, 1);
  kindred_batch batch = {
      .student = &s.array, .student_count = 1, .teacher = &t.array, .teacher_count = 1};
  kindred_result *result = NULL;
  EXPECT(kindred_evaluate(loss, &batch, &g.array, 1, &result, NULL) == KINDRED_OK);
  double value = kindred_result_value(result);
  kindred_result_destroy(result);
  release(&s);
  release(&t);
  release(&g);
  return value;
}

static kindred_loss *loss;
static atomic_int is_over;

static void *evaluate_always(void *none) {
  while (!is_over) evaluate(loss, 8);
  return none;
}

int main(void) {
  loss = loss_of("25*rkd.distance + 50*rkd.angle");
  double value = evaluate(loss, 256);
  pthread_t others[3];
  for (int i = 0; i < 3; i++) pthread_create(&others[i], NULL, evaluate_always, NULL);
  for (int i = 0; i < 200 && !failures; i++) {
    int64_t n = i % 20 ? 8 : 256;
    pid_t child = fork();
    if (child == 0) {
      alarm(30);
      double found = evaluate(loss, n);
      _exit(n == 256 && found != value);
    }
    int status = 1;
    EXPECT(waitpid(child, &status, 0) == child && status == 0);
  }
  is_over = 1;
  for (int i = 0; i < 3; i++) pthread_join(others[i], NULL);
  kindred_loss_destroy(loss);
  if (failures) return 1;
  puts("children of fork compute what their parent does");
}
