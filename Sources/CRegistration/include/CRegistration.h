#pragma once
#include <stddef.h>

// The bounds of the section `kindred_papers`, in which every linked paper enters itself: one
// function pointer a paper. Both are null where no paper is linked.
const void *_Nullable kindred_papers_start(void);
const void *_Nullable kindred_papers_stop(void);
