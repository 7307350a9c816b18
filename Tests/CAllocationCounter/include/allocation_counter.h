#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

/// Whether this runs under a sanitizer, whose allocator must stay and whose times mean nothing.
bool counter_is_sanitized(void);

/// Whether allocations are counted: where the C library is glibc and there is no sanitizer.
bool counter_is_available(void);

/// How often the calling thread has asked for memory from the heap since it began.
///
/// What other threads do does not show, so tests may run side by side.
int64_t counter_allocations(void);

#endif
