#include "lembra_kernels.h"
