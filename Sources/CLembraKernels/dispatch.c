#include "instruction_sets.h"

static const lembra_kernels *const tables[] = {
#if defined(__x86_64__)
  &lembra_kernels_avx512,
  &lembra_kernels_avx2,
#endif
  &lembra_kernels_baseline,
};

static const lembra_reduced *const reduced_tables[] = {
#if defined(__x86_64__)
  &lembra_reduced_amx,
  &lembra_reduced_avx512_bf16,
  &lembra_reduced_avx512_vnni,
  &lembra_reduced_avx512,
  &lembra_reduced_avx2,
#endif
  &lembra_reduced_baseline,
};

int lembra_kernels_count(void) {
  return sizeof tables / sizeof *tables;
}

const lembra_kernels *lembra_kernels_at(int index) {
  return tables[index];
}

int lembra_reduced_count(void) {
  return sizeof reduced_tables / sizeof *reduced_tables;
}

const lembra_reduced *lembra_reduced_at(int index) {
  return reduced_tables[index];
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

int lembra_reduced_supported(const lembra_reduced *table) {
#if defined(__x86_64__)
  if (table == &lembra_reduced_avx2) return lembra_kernels_supported(&lembra_kernels_avx2);
  if (table != &lembra_reduced_baseline && !lembra_kernels_supported(&lembra_kernels_avx512)) {
    return 0;
  }
  if (table == &lembra_reduced_amx) {
    return __builtin_cpu_supports("avx512vnni") && lembra_allow_matrix_unit();
  }
  if (table == &lembra_reduced_avx512_bf16) {
    return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bf16");
  }
  if (table == &lembra_reduced_avx512_vnni) return __builtin_cpu_supports("avx512vnni");
#endif
  (void)table;
  return 1;
}
