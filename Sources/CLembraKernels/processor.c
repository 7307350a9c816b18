#ifndef _GNU_SOURCE
#define _GNU_SOURCE  // for the processor sets of Linux
#endif

#include "lembra_processor.h"

#include <sched.h>
#include <unistd.h>

#if defined(__linux__) && defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#endif

#if defined(__linux__) && defined(__x86_64__)

int lembra_allow_matrix_unit(void) {
  enum { AMX_BF16 = 1 << 22, AMX_TILE = 1 << 24 };  // bits of EDX of leaf 7
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  if (!(d & AMX_BF16) || !(d & AMX_TILE)) return 0;
  enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };  // of Linux since 5.16
  return syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
}

#else

int lembra_allow_matrix_unit(void) { return 0; }

#endif

#if defined(__linux__)

int lembra_processor_count(void) {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return CPU_COUNT(&allowed);
  return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

int lembra_current_processor(void) { return sched_getcpu(); }

void lembra_leave_processor(int processor) {
  cpu_set_t allowed, others;
  if (processor < 0 || sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  others = allowed;
  CPU_CLR(processor, &others);
  if (CPU_COUNT(&others) == 0) return;
  // The first call moves the thread at once; the second only lifts the restriction.
  sched_setaffinity(0, sizeof others, &others);
  sched_setaffinity(0, sizeof allowed, &allowed);
}

#else

int lembra_processor_count(void) { return (int)sysconf(_SC_NPROCESSORS_ONLN); }

int lembra_current_processor(void) { return -1; }

void lembra_leave_processor(int processor) { (void)processor; }

#endif
