#define _GNU_SOURCE  // declares sched_getaffinity
#include <sched.h>
#include <unistd.h>

#include "CKernels.h"

long kindred_processors(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (!sched_getaffinity(0, sizeof set, &set)) return CPU_COUNT(&set);
#endif
  return sysconf(_SC_NPROCESSORS_ONLN);
}
