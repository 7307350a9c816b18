// Attention over ragged groups of rows, one pass over the entries of each segment.
//
// The memory is R rows of keys and of values; segment s has the entries starts[s] ..< starts[s + 1],
// and entry e is row rows[e]. Query q attends to segment segments[q] and has the
// weights from offsets[q] on. Nothing is checked. What is computed for a query does not
// depend on the others, and calls may be cut by queries.
//
//   score[q, e] = query[q] · key[rows[e]]                                 without `vector`
//   score[q, e] = vector · tanh(query[q] + key[rows[e]] + coverage[q, e] coverage_vector)
//   weight[q]   = softmax over the entries of the segment
//   context[q]  = Σ weight[q, e] value[rows[e]]
//
// Sums are carried in double precision, to which a few products are added that were added up as floats.
#pragma once

#include <stdint.h>

typedef struct {
  const float *_Nonnull keys;             // [R, key_columns]
  const float *_Nonnull values;           // [R, value_columns]
  const float *_Nullable vector;          // [key_columns]
  const float *_Nullable coverage_vector;  // [key_columns], with `coverage` and `vector` alone
  const float *_Nullable coverage;        // as the weights
  const int32_t *_Nonnull starts;
  const int32_t *_Nonnull rows;
  const int32_t *_Nonnull segments;  // of each query
  const int32_t *_Nonnull offsets;   // of each query's weights
  long key_columns, value_columns;
} lembra_attention;

// What the pullback reads and writes. `scores` is as long as the weights.
typedef struct {
  const float *_Nonnull weights;
  const float *_Nullable context_gradients;  // [queries, value_columns]
  const float *_Nullable weight_gradients;   // as the weights
  float *_Nonnull scores;
  float *_Nonnull query_gradients;            // [queries, key_columns]
  float *_Nonnull key_gradients;              // [R, key_columns], added to
  float *_Nonnull value_gradients;            // [R, value_columns], added to
  float *_Nullable vector_gradients;          // [queries, key_columns]: each query's share
  float *_Nullable coverage_vector_gradients;  // [queries, key_columns]: each query's share
  float *_Nullable coverage_gradients;        // as the weights
} lembra_attention_gradients;

typedef struct {
  // The weights and contexts of the queries first ..< end.
  void (*_Nonnull attend)(
      const lembra_attention *_Nonnull attention, const float *_Nonnull queries,
      float *_Nonnull weights, float *_Nonnull contexts, long first, long end);

  // The gradients of the queries first ..< end. Calls may be cut by queries only where no two
  // queries attend to one segment.
  void (*_Nonnull pullback)(
      const lembra_attention *_Nonnull attention, const float *_Nonnull queries,
      const lembra_attention_gradients *_Nonnull gradients, long first, long end);
} lembra_attentions;
