// 16 lanes and 32 registers.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "instruction_sets.h"

#define LANES 16
#define REGISTERS 32
#define INTERLEAVE_LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define INTERLEAVE_HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define KERNELS_TABLE lembra_kernels_avx512
#define KERNELS_NAME "avx512"

#pragma clang attribute push(                                              \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), \
    apply_to = function)
#include "bodies/kernels.inc"
#pragma clang attribute pop
#endif
