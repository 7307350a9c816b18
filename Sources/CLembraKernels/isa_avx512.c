// 16 lanes and 32 registers.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "instruction_sets.h"

#include "bodies/avx512.inc"

#define KERNELS_TABLE lembra_kernels_avx512
#define REDUCED_TABLE lembra_reduced_avx512
#define KERNELS_NAME "avx512"
#define REDUCED_NAME KERNELS_NAME

#pragma clang attribute push(                                              \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), \
    apply_to = function)
#include "bodies/kernels.inc"
#pragma clang attribute pop
#endif
