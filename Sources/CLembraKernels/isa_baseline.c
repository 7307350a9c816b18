// 4 lanes of what every processor of the platform has: SSE2 (no fused multiply-add) or NEON.
#include <string.h>

#include "instruction_sets.h"

#define LANES 4
#define INTERLEAVE_LOW 0, 4, 1, 5
#define INTERLEAVE_HIGH 2, 6, 3, 7
#define KERNELS_TABLE lembra_kernels_baseline
#define REDUCED_TABLE lembra_reduced_baseline
#define REDUCED_NAME KERNELS_NAME
#if defined(__x86_64__)
#define REGISTERS 16
#define KERNELS_NAME "sse2"
#else
#define REGISTERS 32
#define KERNELS_NAME "neon"
#endif

#include "bodies/kernels.inc"
