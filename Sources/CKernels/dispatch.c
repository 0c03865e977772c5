#include <stdlib.h>
#include <string.h>

#include "kernels.h"

const KernelTable *kindred_kernels_named(const char *name) {
#if defined(__x86_64__)
  if (!strcmp(name, "avx512") && __builtin_cpu_supports("avx512f")
      && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
      && __builtin_cpu_supports("avx512bw"))
    return &kindred_avx512;
  if (!strcmp(name, "avx2") && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return &kindred_avx2;
#endif
#if defined(__aarch64__)
  if (!strcmp(name, "neon")) return &kindred_neon;  // every such processor has it
#endif
  if (!strcmp(name, "portable")) return &kindred_portable;
  return NULL;
}

const KernelTable *kindred_kernels(void) {
  const char *forced = getenv("KINDRED_KERNELS");
  const KernelTable *table = forced ? kindred_kernels_named(forced) : NULL;
  if (!table) table = kindred_kernels_named("avx512");
  if (!table) table = kindred_kernels_named("avx2");
  if (!table) table = kindred_kernels_named("neon");
  return table ? table : &kindred_portable;
}
