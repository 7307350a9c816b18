// Recurrent layers whose products are computed with fewer bits: at bf16 in training, too, at 8 bits in
// inference alone.
//
// Numbers stand in words of 32 bits: two bf16 numbers, or four of 8 bits. A product of a row of
// weights w with a row of activations x is
//
//   bf16    sum of w x, both rounded to bf16 (to nearest, ties to even), summed in single precision
//   int8    s t (sum of p q), p = round(w / s), q = round(x / t), where s is the largest |w| of the
//           row divided by 127, and t likewise of x; the sum is one of integers and exact
//
// A NaN or an infinity in x or w makes the product NaN at int8. The products of gradients are computed in the
// same way at bf16. Everything else, gates, states and what is added up, is in single precision. Products are
// those of lembra_recurrent.h otherwise: the same panels, the same way to cut a call, and the same results
// however it is cut. Structs are shared, too; `weights` and `forward` point to the words that `pack` made,
// which stand in the places of floats.
//
// A table for each set of instructions that computes such products in its own way. Sums of integers
// are the same in all of them; the rest, in single precision, may differ in the last bits.
#pragma once

#include "lembra_recurrent.h"

typedef enum __attribute__((enum_extensibility(closed))) {
  lembra_bf16,
  lembra_int8,
} lembra_number_format;

enum {
  // The most numbers in a row of weights: sums of 8-bit products stay below 2^31.
  lembra_reduced_most_inputs = 1 << 16,
};

// The shape of a cell and of its words; `describe` makes it.
typedef struct {
  lembra_cell cell;  // for steps of one row, as the cells of runs have to be, too
  lembra_number_format format;
  long input_words, hidden_words;  // of a row of W and of R
  long weight_floats;   // size of the packed weights and biases
  long scratch_floats;  // size of the scratch of one thread in the calls of the way forward

  // At bf16: sizes of what pack_backward fills, and of the scratch of one thread on the way back;
  // weight_gradient's is that of the cell.
  long backward_input_floats, backward_hidden_floats, backward_scratch_floats;
} lembra_reduced_cell;

typedef struct {
  const char *_Nonnull name;
  int lanes;

  // Whether one vector instruction adds up two products of bf16 numbers.
  int multiplies_bf16;

  // The shape of a cell with these sizes, at most lembra_reduced_most_inputs each.
  lembra_reduced_cell (*_Nonnull describe)(
      lembra_cell_kind kind, long input, long hidden, lembra_number_format format);

  // Fills `forward` of the weights for some panels.
  void (*_Nonnull pack)(
      const lembra_reduced_cell *_Nonnull, const lembra_cell_weights *_Nonnull, long panel_begin,
      long panel_end);

  void (*_Nonnull project_input)(
      const lembra_reduced_cell *_Nonnull, const lembra_input_projection *_Nonnull,
      float *_Nonnull scratch, long row_begin, long row_end, long panel_begin, long panel_end);

  void (*_Nonnull forward_run)(
      const lembra_reduced_cell *_Nonnull, const lembra_forward_run *_Nonnull,
      float *_Nonnull scratch, long step_begin, long step_end, long row_begin, long row_end,
      long panel_begin, long panel_end);

  // Those of lembra_recurrent.h with products of bf16 numbers.

  void (*_Nonnull pack_backward)(
      const lembra_cell_weights *_Nonnull, long block_begin, long block_end);

  void (*_Nonnull backward_run)(
      const lembra_backward_run *_Nonnull, float *_Nonnull scratch, long step_begin, long step_end,
      long row_begin, long row_end, long panel_begin, long panel_end);

  void (*_Nonnull state_gradient)(
      const lembra_state_gradient *_Nonnull, float *_Nonnull scratch, long row_begin, long row_end,
      long panel_begin, long panel_end);

  void (*_Nonnull input_gradient)(
      const lembra_input_gradient *_Nonnull, float *_Nonnull scratch, long row_begin,
      long row_end);

  void (*_Nonnull weight_gradient)(
      const lembra_weight_gradient *_Nonnull, float *_Nonnull scratch, long group_begin,
      long group_end);
} lembra_reduced;

// The tables of this build, the best for each number of lanes first.
int lembra_reduced_count(void);
const lembra_reduced *_Nonnull lembra_reduced_at(int index);

// Whether this processor runs that table. For that of AMX it asks the operating system to let this process
// use the unit, once and for all.
int lembra_reduced_supported(const lembra_reduced *_Nonnull table);
