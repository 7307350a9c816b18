#ifndef _GNU_SOURCE
#define _GNU_SOURCE  // for the processor sets of Linux
#endif

#include "lembra_processor.h"

#include <sched.h>
#include <unistd.h>

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
