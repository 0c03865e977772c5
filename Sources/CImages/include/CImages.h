// PNG and JPEG files, decoded by libpng and libjpeg-turbo.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A decoded image: rows of pixels, each of 1 (grey) or 3 (red, green, blue) bytes.
typedef struct {
  uint8_t *_Nullable pixels;
  int width, height, channels;
} KindredImage;

// The most bytes of a decoded image: a file of a few bytes may claim to be a large one.
#define KINDRED_IMAGE_LIMIT ((size_t)1 << 28)

// The size of the text of a problem, with its zero.
#define KINDRED_IMAGE_PROBLEM 200

// Decodes a PNG or JPEG file of `count` bytes. Returns 1 and an image that
// kindred_image_free frees, or 0 and the problem as text.
int kindred_image_decode(const uint8_t *_Nonnull bytes, size_t count, KindredImage *_Nonnull image,
                         char *_Nonnull problem);

void kindred_image_free(KindredImage *_Nonnull image);

#ifdef __cplusplus
}
#endif
