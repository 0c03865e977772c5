#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CImages.h"

void kindred_image_free(KindredImage *image) {
  free(image->pixels);
  image->pixels = NULL;
}

#ifdef KINDRED_IMAGES

#include <jerror.h>
#include <jpeglib.h>
#include <png.h>
#include <setjmp.h>

static int fail(char *problem, const char *text) {
  snprintf(problem, KINDRED_IMAGE_PROBLEM, "%s", text);
  return 0;
}

static size_t size_of(const KindredImage *image) {
  return (size_t)image->width * (size_t)image->height * (size_t)image->channels;
}

static int has_possible_size(const KindredImage *image, char *problem) {
  size_t size = size_of(image);
  return size > 0 && size <= KINDRED_IMAGE_LIMIT ? 1
                                                 : fail(problem, "it has no pixels, or too many");
}

// Takes the memory of an image whose size and channels are known.
static int allocate(KindredImage *image, char *problem) {
  if (!has_possible_size(image, problem)) return 0;
  image->pixels = malloc(size_of(image));
  return image->pixels ? 1 : fail(problem, "memory is full");
}

// Transparent pixels are laid over black. Numbers of 16 bits are rounded to 8.
static int decode_png(const uint8_t *bytes, size_t count, KindredImage *image, char *problem) {
  png_image png;
  memset(&png, 0, sizeof png);
  png.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&png, bytes, count)) return fail(problem, png.message);
  png.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  int is_color = (png.format & PNG_FORMAT_FLAG_COLOR) != 0;
  png.format = is_color ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  image->width = (int)png.width;
  image->height = (int)png.height;
  image->channels = is_color ? 3 : 1;
  if (!allocate(image, problem)) {
    png_image_free(&png);
    return 0;
  }
  png_color black = {0, 0, 0};
  if (!png_image_finish_read(&png, &black, image->pixels, 0, NULL) || PNG_IMAGE_FAILED(png)) {
    kindred_image_free(image);
    return fail(problem, png.message);
  }
  return 1;
}

struct handler {
  struct jpeg_error_mgr base;
  jmp_buf place;
  char *problem;
};

static void stop(j_common_ptr jpeg) {
  struct handler *handler = (struct handler *)jpeg->err;
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  fail(handler->problem, text);
  longjmp(handler->place, 1);
}

// Some warnings are of damaged content, which libjpeg would fill with grey. Others, of stray bytes
// or of markers that it does not know, change no pixel.
static void warn(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  switch (jpeg->err->msg_code) {
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_JPEG_EOF:
    case JWRN_MUST_RESYNC: stop(jpeg);
    default: return;
  }
}

// A progressive file of a few bytes may claim scans without end, each of which is a pass over all
// of the image.
static void check_scans(j_common_ptr jpeg) {
  enum { MOST_SCANS = 500 };
  if (((j_decompress_ptr)jpeg)->input_scan_number <= MOST_SCANS) return;
  struct handler *handler = (struct handler *)jpeg->err;
  fail(handler->problem, "it has too many scans");
  longjmp(handler->place, 1);
}

static int decode_jpeg(const uint8_t *bytes, size_t count, KindredImage *image, char *problem) {
  struct jpeg_decompress_struct jpeg;
  struct handler handler;
  struct jpeg_progress_mgr progress = {.progress_monitor = check_scans};
  jpeg.err = jpeg_std_error(&handler.base);
  handler.base.error_exit = stop;
  handler.base.emit_message = warn;
  handler.problem = problem;
  if (setjmp(handler.place)) {
    jpeg_destroy_decompress(&jpeg);
    kindred_image_free(image);
    return 0;
  }
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, bytes, count);
  jpeg.progress = &progress;
  jpeg_read_header(&jpeg, TRUE);
  jpeg.out_color_space = jpeg.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  image->width = (int)jpeg.image_width;
  image->height = (int)jpeg.image_height;
  image->channels = jpeg.num_components == 1 ? 1 : 3;
  // A progressive file takes memory for all of its pixels as soon as it begins.
  if (!has_possible_size(image, problem) || !jpeg_start_decompress(&jpeg)
      || !allocate(image, problem)) {
    jpeg_destroy_decompress(&jpeg);
    return 0;
  }
  size_t length = (size_t)image->width * (size_t)image->channels;
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW row = image->pixels + jpeg.output_scanline * length;
    jpeg_read_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_decompress(&jpeg);
  jpeg_destroy_decompress(&jpeg);
  return 1;
}

int kindred_image_decode(const uint8_t *bytes, size_t count, KindredImage *image, char *problem) {
  image->pixels = NULL;
  if (count > 8 && png_sig_cmp(bytes, 0, 8) == 0) return decode_png(bytes, count, image, problem);
  if (count > 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF)
    return decode_jpeg(bytes, count, image, problem);
  return fail(problem, "it is neither PNG nor JPEG");
}

#else

int kindred_image_decode(const uint8_t *bytes, size_t count, KindredImage *image, char *problem) {
  (void)bytes;
  (void)count;
  image->pixels = NULL;
  snprintf(problem, KINDRED_IMAGE_PROBLEM, "this program reads no PNG or JPEG");
  return 0;
}

#endif
