// The tables of this build, one per instruction set; each is defined by its isa_*.c.
#pragma once

#include "lembra_kernels.h"

#if defined(__x86_64__)
extern const lembra_kernels lembra_kernels_avx512;
extern const lembra_kernels lembra_kernels_avx2;
extern const lembra_reduced lembra_reduced_amx;
extern const lembra_reduced lembra_reduced_avx512_bf16;
extern const lembra_reduced lembra_reduced_avx512_vnni;
extern const lembra_reduced lembra_reduced_avx512;
extern const lembra_reduced lembra_reduced_avx2;
#endif
extern const lembra_kernels lembra_kernels_baseline;
extern const lembra_reduced lembra_reduced_baseline;
