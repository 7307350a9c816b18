// Functions of segments: groups of rows that may differ in size, be empty, or share rows.
//
// Segment s has the entries starts[s] ..< starts[s + 1], and entry e is row rows[e] of a matrix, for
// instance a step of sequence s. Rows are not checked. A call does `count` segments, beginning with
// the one that `starts` points to; entries keep their numbers, so calls may be cut by segments
// without moving anything else. What is computed for a segment does not depend on the others.
//
// Three of the functions are each other's pullbacks, being what is left of
//
//   Σ over s, entries e of s and columns c of   weights[e] · queries[s, c] · x[rows[e], c]
//
// when one of the factors is left out: `sums`, `products` and `spread`.
#pragma once

#include <stdint.h>

typedef struct {
  // MARK: Softmax over the entries of each segment. `out` may be x, y or gradient.

  // out[e] = exp(x[e] - max) / Σ exp(x[e] - max), the bits of a row's softmax.
  void (*_Nonnull softmax)(
      const float *_Nonnull x, const int32_t *_Nonnull starts, float *_Nonnull out, long count);

  // out[e] = y[e] (g[e] - Σ g y), from y = softmax(x).
  void (*_Nonnull softmax_pullback)(
      const float *_Nonnull y, const float *_Nonnull gradient, const int32_t *_Nonnull starts,
      float *_Nonnull out, long count);

  // MARK: Sums, carried in double precision over ascending entries; of weighted entries two are first
  // added up as floats.

  // out[s] = Σ weights[e] x[rows[e]]; without weights the mean of x[rows[e]], 0 if there is none.
  void (*_Nonnull sums)(
      const float *_Nonnull x, const float *_Nullable weights, const int32_t *_Nonnull starts,
      const int32_t *_Nullable rows, float *_Nonnull out, long count, long columns);

  // out[e] = Σ over c of queries[s, c] x[rows[e], c].
  void (*_Nonnull products)(
      const float *_Nonnull x, const float *_Nonnull queries, const int32_t *_Nonnull starts,
      const int32_t *_Nullable rows, float *_Nonnull out, long count, long columns);

  // out[rows[e]] += weights[e] queries[s], = instead of += without `accumulate`; without weights
  // each is one divided by the number of entries. To be cut by columns, and by segments only if no
  // two share a row. `stride` is that of queries and out.
  void (*_Nonnull spread)(
      const float *_Nonnull queries, const float *_Nullable weights,
      const int32_t *_Nonnull starts, const int32_t *_Nullable rows, int accumulate,
      float *_Nonnull out, long stride, long count, long columns);

  // MARK: Maxima. A NaN counts as the largest, as in PyTorch.

  // out[s, c] = the largest x[rows[e], c], places[s, c] = the first rows[e] that has it; 0 and -1
  // if there is no entry.
  void (*_Nonnull maxima)(
      const float *_Nonnull x, const int32_t *_Nonnull starts, const int32_t *_Nullable rows,
      float *_Nonnull out, int32_t *_Nonnull places, long count, long columns);

  // out[places[s, c], c] += gradient[s, c] for s ascending. To be cut by columns; one stride for
  // all three.
  void (*_Nonnull maxima_pullback)(
      const float *_Nonnull gradient, const int32_t *_Nonnull places, float *_Nonnull out,
      long stride, long count, long columns);
} lembra_segments;
