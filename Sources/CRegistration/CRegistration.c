#include "CRegistration.h"

#if defined(__APPLE__)
extern const char start_of_papers[] __asm("section$start$__DATA_CONST$kindred_papers");
extern const char stop_of_papers[] __asm("section$end$__DATA_CONST$kindred_papers");
const void *kindred_papers_start(void) { return start_of_papers; }
const void *kindred_papers_stop(void) { return stop_of_papers; }
#else
// The linker defines these for a section whose name is a C identifier. Weak, for a program
// without papers; hidden, so that a shared library sees its own section and not another's.
extern const char __start_kindred_papers[] __attribute__((weak, visibility("hidden")));
extern const char __stop_kindred_papers[] __attribute__((weak, visibility("hidden")));
const void *kindred_papers_start(void) { return __start_kindred_papers; }
const void *kindred_papers_stop(void) { return __stop_kindred_papers; }
#endif
