/// Kindred's losses from C, and from every language that calls C.
///
/// A loss is a formula: `ce + 0.9*kd(temperature: 4) + 25*rkd.distance`. It takes the outputs of a
/// student and of a teacher on one batch, and gives its value, its terms, and its gradient at the
/// student's outputs.
///
///     kindred_loss *loss;
///     kindred_result *result;
///     char *error;
///     if (kindred_loss_create("rkd.distance", &loss, &error) != KINDRED_OK) …
///     if (kindred_evaluate(loss, &batch, gradients, 1, &result, &error) != KINDRED_OK) …
///     printf("%g\n", kindred_result_value(result));
///     kindred_result_destroy(result);
///     kindred_loss_destroy(loss);
///
/// The caller owns every array. Arrays are read where they are, so they stay as they are during a
/// call. Nothing of them is kept after it, and only arrays for gradients are written, which lie
/// apart from all others. A loss may be used from several threads at once, and after `fork`. No
/// call prints, exits or traps.
///
/// A call that can fail returns a status. If it is not KINDRED_OK, nothing was made and no gradient
/// was written, and `*error` is a sentence that says what was wrong; release it with
/// kindred_error_destroy. `error` may be NULL.
#ifndef KINDRED_H
#define KINDRED_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The version of this interface. It grows when a function or a constant is added. None is removed
/// or changed, and the structures keep their fields and their size.
#define KINDRED_INTERFACE 1

/// The KINDRED_INTERFACE of the library that is loaded.
int32_t kindred_interface(void);

/// Kindred's version: "0.2.0". It lives as long as the program.
const char *kindred_version(void);

/// How a call ended.
typedef int32_t kindred_status;
enum {
  KINDRED_OK = 0,
  /// A formula cannot be read, or its parts do not fit each other.
  KINDRED_BAD_FORMULA = 1,
  /// An argument is wrong whatever the numbers are: a null pointer, a type, a shape, a stride, a
  /// name.
  KINDRED_BAD_ARGUMENT = 2,
  /// The numbers are wrong: NaN, a label out of range, a mask of other numbers than 0 and 1.
  KINDRED_BAD_DATA = 3,
  /// A result is no finite number in Float32, or the evaluation needs more memory than there is.
  KINDRED_TOO_LARGE = 4,
};

/// Releases the text of an error. NULL is allowed.
void kindred_error_destroy(char *error);

/// The type of an array's elements.
typedef int32_t kindred_type;
enum {
  KINDRED_FLOAT32 = 1,
  KINDRED_FLOAT64 = 2,
  KINDRED_FLOAT16 = 3,
  KINDRED_BFLOAT16 = 4,
  KINDRED_INT32 = 5,
  KINDRED_INT64 = 6,
  /// One byte, 0 or 1.
  KINDRED_BOOL = 7,
};

/// An array of the caller, under the name of an output or of a tensor that a loss owns.
///
/// Outputs are of floating-point types, and computed with in Float32. Labels and indices are Int32
/// or Int64. `mask` and `weights` are of any type.
typedef struct {
  /// "logits", "embedding", "stage1", "tokens", "mask", "weights", "fitnet.weight".
  const char *name;
  kindred_type type;
  /// The number of axes, from 1 to 8. The first one is the batch.
  int32_t rank;
  const int64_t *shape;
  /// From one index of an axis to the next, in elements, 0 or more; NULL if the array is
  /// contiguous, row-major.
  const int64_t *strides;
  void *data;
} kindred_array;

/// One of the two networks.
typedef int32_t kindred_role;
enum { KINDRED_STUDENT = 0, KINDRED_TEACHER = 1 };

/// A loss. It does not change after it was made.
typedef struct kindred_loss kindred_loss;

/// The loss of a formula.
kindred_status kindred_loss_create(const char *formula, kindred_loss **loss, char **error);

/// Releases a loss. NULL is allowed.
void kindred_loss_destroy(kindred_loss *loss);

/// A loss may need these beside outputs. kindred_loss_needs gives their sum.
enum {
  /// The class of each example.
  KINDRED_NEEDS_LABELS = 1,
  /// The place of each example in the data.
  KINDRED_NEEDS_INDICES = 2,
  /// A moment, because weights move or something is drawn by chance.
  KINDRED_NEEDS_MOMENT = 4,
  /// Parameters, which are learned with the student. kindred_initial_tensors gives them.
  KINDRED_HAS_PARAMETERS = 8,
  /// Memory, which is kept from step to step: give kindred_result_tensor of a step to the next.
  KINDRED_HAS_MEMORY = 16,
  /// The progress of the moment, because weights move.
  KINDRED_NEEDS_PROGRESS = 32,
};
uint32_t kindred_loss_needs(const kindred_loss *loss);

/// The outputs that a loss reads of one network. `lastStage` stands for the last stage, whatever
/// its number. Beside them, the student's arrays may always have `weights`, N zeros and ones, for
/// examples that count; and either network's may have `mask`, N×T zeros and ones, for tokens that
/// count.
size_t kindred_loss_output_count(const kindred_loss *loss, kindred_role role);

/// The name of one of them; NULL if there are not so many. It lives as long as the loss.
const char *kindred_loss_output(const kindred_loss *loss, kindred_role role, size_t index);

/// The number of terms that a loss reports.
size_t kindred_loss_term_count(const kindred_loss *loss);

/// The name of one of them; NULL if there are not so many. It lives as long as the loss.
const char *kindred_loss_term(const kindred_loss *loss, size_t index);

/// The number of tensors that a loss owns, parameters and memory.
size_t kindred_loss_tensor_count(const kindred_loss *loss);

/// The name of one of them; NULL if there are not so many. It lives as long as the loss. Their
/// shapes follow from a batch: kindred_initial_tensors.
///
/// `is_parameter` gets 1 if the tensor is learned with the student, and 0 if it is memory; it may
/// be NULL.
const char *kindred_loss_tensor(const kindred_loss *loss, size_t index, int32_t *is_parameter);

/// The two networks' outputs on one batch, and what belongs to them. Set it to zero first.
typedef struct {
  const kindred_array *student;
  size_t student_count;
  /// Several teachers' outputs are called `logits@1`, `logits@2` or `logits` for the first.
  const kindred_array *teacher;
  size_t teacher_count;
  /// The parameters and the memory. A memory that is not among them is empty.
  const kindred_array *tensors;
  size_t tensor_count;
  /// N classes from 0, or -100 for none; N×T of tokens, N×H×W of pixels. NULL if there are none.
  const kindred_array *labels;
  /// N places in the data, from 0. NULL if there are none.
  const kindred_array *indices;
  /// Whether the following say what moment it is.
  int32_t has_moment;
  /// How many steps came before.
  int64_t step;
  /// The share of all steps that came before, from 0 to 1.
  double progress;
  /// The seed of all random choices.
  uint64_t seed;
} kindred_batch;

/// The result of a call.
typedef struct kindred_result kindred_result;

/// Releases a result. NULL is allowed.
void kindred_result_destroy(kindred_result *result);

/// The value of the loss on a batch, with its gradient.
///
/// `gradients` are arrays of the caller, each with the name of an output of the student or of a
/// parameter, and with its shape; they may be of other strides and another floating-point type. An
/// output that the loss does not read has the gradient 0. Without `result`, only gradients are
/// written.
kindred_status kindred_evaluate(const kindred_loss *loss, const kindred_batch *batch,
                                const kindred_array *gradients, size_t gradient_count,
                                kindred_result **result, char **error);

/// How much each term counts beside the others on a batch. The result has the terms of an
/// evaluation, with their share, gradient_norm and cosine.
kindred_status kindred_balance(const kindred_loss *loss, const kindred_batch *batch,
                               kindred_result **result, char **error);

/// The tensors that a loss owns before anything is learned or remembered, in the shapes that the
/// batch asks for. `batch->seed` is the seed of what is drawn by chance.
kindred_status kindred_initial_tensors(const kindred_loss *loss, const kindred_batch *batch,
                                       kindred_result **result, char **error);

/// The value of the loss; NaN if the result is not of an evaluation.
double kindred_result_value(const kindred_result *result);

/// A term of a loss on one batch. A number that there is not is NaN.
typedef struct {
  /// The name. It lives as long as the result.
  const char *name;
  /// The weight at this moment.
  double weight;
  /// The value without the weight. There is none if the weight is 0.
  double value;
  /// The share of |weight · value| in the sum over all terms, from 0 to 1.
  double share;
  /// The length of the weighted term's gradient at all outputs of the student.
  double gradient_norm;
  /// The cosine of this gradient with that of the whole loss.
  double cosine;
} kindred_term;

size_t kindred_result_term_count(const kindred_result *result);
kindred_status kindred_result_term(const kindred_result *result, size_t index, kindred_term *term);

/// A tensor that a loss owns.
typedef struct {
  /// The tensor, contiguous and of Float32. Its name, shape and data live as long as the result.
  kindred_array array;
  /// 1 if it is learned with the student, 0 if it is memory.
  int32_t is_parameter;
  /// The factor by which an optimizer multiplies its learning rate, for a parameter.
  double rate;
} kindred_tensor;

/// The tensors of a result: the memory after an evaluation, or all initial tensors.
size_t kindred_result_tensor_count(const kindred_result *result);
kindred_status kindred_result_tensor(const kindred_result *result, size_t index,
                                     kindred_tensor *tensor);

#ifdef __cplusplus
}
#endif

#endif
