// What a processor can do at most, by which the other kernels are judged: arithmetic without memory,
// and memory almost without arithmetic.
#pragma once

typedef struct {
  // The floating-point operations of a round of `multiply_adds`: a product and a sum for each lane
  // of each of its vectors.
  long round_flops;

  // Carries out `rounds` rounds of x = x / 2 + 1 on vectors of their own, of which there are enough
  // for every unit to begin an operation in every cycle. Lanes of vector v begin with v + 3
  // and go towards 2; returned is the sum of all lanes, so that nothing may be left out.
  float (*_Nonnull multiply_adds)(long rounds);

  // Reads `count` floats `passes` times from first to last and returns the sum of all that was read,
  // rounded in single precision as it goes.
  float (*_Nonnull read)(const float *_Nonnull x, long count, long passes);
} lembra_probe;
