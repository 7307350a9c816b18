// 8 lanes and 16 registers, with fused multiply-add.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "instruction_sets.h"

#define LANES 8
#define REGISTERS 16
#define INTERLEAVE_LOW 0, 8, 1, 9, 2, 10, 3, 11
#define INTERLEAVE_HIGH 4, 12, 5, 13, 6, 14, 7, 15
#define KERNELS_TABLE lembra_kernels_avx2
#define REDUCED_TABLE lembra_reduced_avx2
#define KERNELS_NAME "avx2"
#define REDUCED_NAME KERNELS_NAME

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "bodies/kernels.inc"
#pragma clang attribute pop
#endif
