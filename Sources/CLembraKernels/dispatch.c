#include "instruction_sets.h"

static const lembra_kernels *const tables[] = {
#if defined(__x86_64__)
  &lembra_kernels_avx512,
  &lembra_kernels_avx2,
#endif
  &lembra_kernels_baseline,
};

int lembra_kernels_count(void) {
  return sizeof tables / sizeof *tables;
}

const lembra_kernels *lembra_kernels_at(int index) {
  return tables[index];
}

// `__builtin_cpu_supports` also asks whether the operating system saves the wide registers.
int lembra_kernels_supported(const lembra_kernels *kernels) {
#if defined(__x86_64__)
  if (kernels == &lembra_kernels_avx512) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  }
  if (kernels == &lembra_kernels_avx2) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  }
#endif
  return kernels == &lembra_kernels_baseline;
}
