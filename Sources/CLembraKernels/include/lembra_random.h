// Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random
// numbers: as easy as 1, 2, 3", 2011).
//
// Element i of a row depends on the key, the row's identity and i, and on nothing else: not on the
// count, the other rows of the batch or the threads. Words, uniform numbers and dropout masks are
// the same on every instruction set; normal numbers agree to rounding.
//
// The counter of a block is {block, block >> 32, row, row >> 32}, its key {key, key >> 32}; it
// yields four words. Elements go in groups of 64, made from 16 blocks, so that vectors of any
// width are stored without shuffles: element 64 g + 16 w + b of a row is word w of block 16 g + b.
#pragma once

#include <stdint.h>

typedef struct {
  // The four words of one block.
  void (*_Nonnull philox)(
      const uint32_t *_Nonnull counter, const uint32_t *_Nonnull key, uint32_t *_Nonnull out);

  // Words of 32 random bits.
  void (*_Nonnull bits)(uint64_t key, uint64_t row, uint32_t *_Nonnull out, long count);

  // low + (high - low) u with u = (bits >> 8) / 2^24 in [0, 1). Rounding may reach `high` where
  // `low` is not 0.
  void (*_Nonnull uniform)(
      uint64_t key, uint64_t row, float low, float high, float *_Nonnull out, long count);

  // mean + deviation z with z normal (Box and Muller, 1958): elements e and e + 16 of a group,
  // e % 32 < 16, have the radius made of e's bits and the angle made of those of e + 16.
  void (*_Nonnull normal)(
      uint64_t key, uint64_t row, float mean, float deviation, float *_Nonnull out, long count);

  // out = x / (1 - rate) where the row's uniform number is at least `rate`, x times 0 elsewhere.
  // The pullback is the same call on the gradient. Row r has the identity row_ids[r], or
  // first_row + r without row_ids. 0 <= rate <= 1. `out` may be x.
  void (*_Nonnull dropout_rows)(
      const float *_Nonnull x, const uint64_t *_Nullable row_ids, uint64_t first_row, uint64_t key,
      float rate, float *_Nonnull out, long rows, long columns);
} lembra_random;
