// Linear chains of tags: sums over all paths, marginals, best paths (Lafferty, McCallum and
// Pereira, 2001).
//
//   score(y) = start[y_1] + Σ_t emission_t[y_t] + Σ_t transition[y_t, y_t+1] + end[y_L]
//
// for a sequence of L steps and its path y of K tags. A score of -inf forbids what it is given to.
//
// Batches are time-major: all first rows, then all second rows, longest sequence first, so that the
// rows still running are a prefix. Step t owns rows offsets[t] to offsets[t] + counts[t]; counts
// never grow. A sequence's results do not depend on which others a call works on.
//
// Sums over paths go in one of two ways. The scaled pass works with probabilities and a step of it
// is a product of matrices. It holds each row of states relative to its largest, in the range of a
// float: where scores lie so far apart that something possible could become zero, it marks the
// sequence as lost. The exact pass works with logarithms in double precision, one sequence at a
// time, and takes ten to twenty times as long.
#pragma once

#include <stdint.h>

// The scores of a chain and what was prepared from them. `describe` makes it, without pointers.
typedef struct {
  long tags;   // K
  long width;  // of a row of states: K in whole vectors

  // Sizes of what is prepared.
  long scaled_floats, exact_doubles;

  const float *_Nullable transitions;  // [K, K], from and to
  const float *_Nullable start;        // [K]
  const float *_Nullable end;          // [K]
  float *_Nullable scaled;             // by prepare_scaled
  double *_Nullable exact;             // by prepare_exact

  // By prepare_scaled.
  int is_narrow;              // whether the finite scores are near enough for the scaled pass
  float largest_transition;   // 0 if there is no finite one
  float largest_end;          // likewise
} lembra_chain;

// α_t[j], the sum over all paths up to step t that end with tag j: exp(emission) times α_t-1 times
// exp(transitions).
typedef struct {
  const lembra_chain *_Nonnull chain;
  long steps, sequences;
  const long *_Nonnull offsets;
  const long *_Nonnull counts;
  const float *_Nonnull emissions;  // [rows, K]
  float *_Nonnull states;    // α as scaled: [rows, width], or without factors [2, sequences, width]
  float *_Nullable factors;  // exp(emission - largest) [rows, width]; NULL: nothing is kept
  double *_Nonnull log_partitions;  // [sequences]: log Σ over y of exp(score(y)); 0 without steps
  int32_t *_Nonnull lost;           // [sequences]: 0, or 1 for those that need the exact pass
} lembra_chain_forward;

// β, the same from the end, and what both together tell. Sequences marked as lost are left out, and
// may become lost.
typedef struct {
  const lembra_chain *_Nonnull chain;
  long steps;
  const long *_Nonnull offsets;
  const long *_Nonnull counts;
  const float *_Nonnull states;     // by the forward pass, of all rows
  float *_Nonnull factors;          // likewise; out: weights, see `transition_gradient`
  float *_Nonnull work;             // [2, sequences, width]
  long sequences;
  const float *_Nullable gradient;  // [sequences], of the log partitions; NULL: ones
  float *_Nonnull emission_gradient;  // [rows, K]: gradient times the probability of each tag
  int32_t *_Nonnull lost;
} lembra_chain_backward;

// One sequence of a batch: its step t is row offsets[t] + position.
typedef struct {
  const lembra_chain *_Nonnull chain;  // with `exact`
  const long *_Nonnull offsets;
  long position, length;
  const float *_Nonnull emissions;  // [rows, K]
} lembra_chain_sequence;

typedef struct {
  lembra_chain_sequence sequence;
  const double *_Nonnull states;  // [length, width], by exact_forward
  double *_Nonnull work;          // [3, width]
  float gradient;
  float *_Nonnull emission_gradient;  // [rows, K], as in the scaled pass
  double *_Nullable expected;  // [K, width], to which gradient times the expected transitions is
                               // added; NULL: not wanted
  // What the scaled passes left of the sequence, which becomes zeros to count for nothing; or NULL.
  float *_Nullable scaled_states;
  float *_Nullable scaled_weights;
} lembra_chain_exact_backward;

// What the paths `tags` take off the gradients.
typedef struct {
  const lembra_chain *_Nonnull chain;
  long steps;
  const long *_Nonnull offsets;
  const long *_Nonnull counts;
  const int32_t *_Nonnull tags;     // [rows]
  const float *_Nonnull gradient;   // [sequences]
  float *_Nonnull emission_gradient;  // [rows, K], of which gradient is taken off at each tag
  double *_Nonnull transitions;       // [K, width], likewise at each pair of neighbours
} lembra_chain_observation;

typedef struct {
  lembra_chain_sequence sequence;
  long count;                // of paths wanted
  double *_Nonnull work;     // best_paths_doubles
  int32_t *_Nonnull before;  // [length, count, width]
  int32_t *_Nonnull paths;   // [count, length]
  double *_Nonnull scores;   // [count], falling; -inf where there are no more paths
} lembra_chain_best;

typedef struct {
  // The sizes of a chain of so many tags.
  lembra_chain (*_Nonnull describe)(long tags);

  // Fills `scaled`, `is_narrow` and the largest scores.
  void (*_Nonnull prepare_scaled)(lembra_chain *_Nonnull);

  // Fills `exact`.
  void (*_Nonnull prepare_exact)(const lembra_chain *_Nonnull);

  // MARK: Sums over paths; sequences of the range.

  void (*_Nonnull forward)(const lembra_chain_forward *_Nonnull, long begin, long end);
  void (*_Nonnull backward)(const lembra_chain_backward *_Nonnull, long begin, long end);

  // Fills states [length, width], the logarithms of α, and returns the log partition.
  double (*_Nonnull exact_forward)(
      const lembra_chain_sequence *_Nonnull, double *_Nonnull states);

  void (*_Nonnull exact_backward)(const lembra_chain_exact_backward *_Nonnull);

  // MARK: Gradients

  void (*_Nonnull observe)(const lembra_chain_observation *_Nonnull);

  // out [K, K] = exp(transitions - largest) Σ products + Σ counts, where `products` [*, K, K] are
  // parts of (the scaled states)^T (the weights), and `counts` [*, K, width] expected and observed
  // transitions.
  void (*_Nonnull transition_gradient)(
      const lembra_chain *_Nonnull, const float *_Nonnull products, long product_count,
      const double *_Nonnull counts, long count_count, float *_Nonnull out);

  // MARK: Paths. The scores are sums in double precision, the same on every instruction set.

  // The score of the path with tags[row] at each row of the sequence.
  double (*_Nonnull path_score)(
      const lembra_chain_sequence *_Nonnull, const int32_t *_Nonnull tags);

  // The path of the highest score and the score. Among equals, the one whose last differing tag has
  // the lower number. `work` is [length, width].
  double (*_Nonnull best_path)(
      const lembra_chain_sequence *_Nonnull, double *_Nonnull work, int32_t *_Nonnull path);

  // The paths of the highest scores.
  void (*_Nonnull best_paths)(const lembra_chain_best *_Nonnull);
  long (*_Nonnull best_paths_doubles)(const lembra_chain *_Nonnull, long count);
} lembra_chains;
