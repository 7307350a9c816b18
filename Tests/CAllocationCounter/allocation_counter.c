#include "allocation_counter.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

#if defined(IS_SANITIZED)
bool counter_is_sanitized(void) { return true; }
#else
bool counter_is_sanitized(void) { return false; }
#endif

#if defined(__GLIBC__) && !defined(IS_SANITIZED)

// A program's own malloc comes before that of the C library, also for the libraries it loads. The
// C library keeps its own reachable under these names; `free` needs no stand-in.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

// Space that is laid out when the program starts: any other kind may itself be allocated at first
// use, which would call malloc from within malloc.
static _Thread_local int64_t allocations __attribute__((tls_model("initial-exec")));

bool counter_is_available(void) { return true; }
int64_t counter_allocations(void) { return allocations; }

void *malloc(size_t size) {
  allocations++;
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  allocations++;
  return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
  allocations++;
  return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  allocations++;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0)
    return EINVAL;
  allocations++;
  int before = errno;
  void *block = __libc_memalign(alignment, size);
  errno = before;
  if (block == NULL) return ENOMEM;
  *memory = block;
  return 0;
}

#else

bool counter_is_available(void) { return false; }
int64_t counter_allocations(void) { return 0; }

#endif
