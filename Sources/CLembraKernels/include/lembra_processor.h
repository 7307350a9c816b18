// What is asked of the processor and of the operating system about it.
#pragma once

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

// Told to a processor that waits in a loop.
static inline void lembra_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// Makes this thread treat denormal numbers as zeros, which some processors compute with a hundred
// times more slowly, and returns the mode before.
static inline unsigned long lembra_flush_denormals(void) {
#if defined(__x86_64__)
  unsigned mode = _mm_getcsr();
  _mm_setcsr(mode | 0x8040);  // flush results (bit 15) and operands (bit 6) to zero
  return mode;
#elif defined(__aarch64__)
  unsigned long mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  __asm__ volatile("msr fpcr, %0" : : "r"(mode | 1ul << 24));
  return mode;
#else
  return 0;
#endif
}

// Restores the mode that `lembra_flush_denormals` returned.
static inline void lembra_restore_floating_point(unsigned long mode) {
#if defined(__x86_64__)
  _mm_setcsr((unsigned)mode);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#else
  (void)mode;
#endif
}

// Asks for the unit that multiplies matrices of bf16 numbers (AMX), which a process must not use
// unasked; whether there is one and this process has it from now on.
int lembra_allow_matrix_unit(void);

// The number of processors this process may run on.
int lembra_processor_count(void);

// The processor that this thread runs on now, or -1 where the system does not say.
int lembra_current_processor(void);

// Moves this thread off a processor and lets it run anywhere afterwards. Two threads that spin on
// one processor halve each other's speed for as long as the scheduler leaves them there.
void lembra_leave_processor(int processor);
