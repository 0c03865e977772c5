// The interface in Swift's terms: Sources/KindredC implements the header.
#include "kindred.h"
