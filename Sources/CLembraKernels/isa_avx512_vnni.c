// 16 lanes and 32 registers, and instructions for sums of products of 8-bit numbers.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "instruction_sets.h"

#include "bodies/avx512.inc"

#define REDUCED_TABLE lembra_reduced_avx512_vnni
#define REDUCED_NAME "avx512_vnni"
#define HAS_INT8_PRODUCTS 1

#pragma clang attribute push(                                   \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl," \
                          "avx512vnni,avx2,fma"))),             \
    apply_to = function)
#include "bodies/reduced_kernels.inc"
#pragma clang attribute pop
#endif
