// Fused recurrent layers: one direction of one layer at a time, over one step or many.
//
// Batches are time-major: all first rows, then all second rows, longest sequence first, so that the
// rows still running are a prefix. A step is cut where rows with a previous (or next) state end and
// rows without one begin; runs of steps do so themselves. The caller owns the threads: the structs
// here can be shared between them, and the ranges say which part a call does. Every element of a
// result is one chain of fused multiply-adds in ascending k, whatever the ranges, so cuts never
// change a bit; nor does projecting the input ahead of the steps.
//
// Parameters are PyTorch's: W [gates hidden, input], R [gates hidden, hidden], biases
// [gates hidden], gates in the order i f g o (LSTM), r z n (GRU, reset after the product).
//
//   RNN   h = f(W x + R h' + b)            f: tanh or relu
//   LSTM  c = s(f) c' + s(i) tanh(g)       h = s(o) tanh(c)
//   GRU   n = tanh(W_n x + b_in + s(r) (R_n h' + b_hn))       h = (h' - n) s(z) + n
//
// All strides are floats from one row to the next. Pointers are to the first row of a step: row 5
// of a range is the sixth row of each of them. No kernel reads or writes past a row's last float.
#pragma once

#include <stdint.h>

typedef enum __attribute__((enum_extensibility(closed))) {
  lembra_cell_tanh,
  lembra_cell_relu,
  lembra_cell_lstm,
  lembra_cell_gru,
} lembra_cell_kind;

// The shape of a cell; `describe` makes it. Units come in blocks of `lanes`, the last one padded. The panels,
// and so the order of packed weights, are those for a number of rows; all sizes, and gates, are the same.
typedef struct {
  lembra_cell_kind kind;
  long input, hidden;  // I and H
  long gates;          // 4 (LSTM), 3 (GRU), 1
  long slots;          // vectors a block has in a row of gates: 4 (LSTM, GRU), 1
  long blocks;         // of units
  long tile_vectors;   // vectors side by side in packed weights: 3 or 4
  long panel_blocks;   // blocks of a forward panel; the last one may have more or fewer
  long full_panels;    // forward panels but that one

  // What the calls below can be cut into.
  long panels;            // forward: pack_forward, project_input, forward_step
  long backward_panels;   // backward: backward_step, state_gradient
  long gradient_groups;   // weight_gradient

  // A row of gates, which `forward_step` saves and `backward_step` overwrites with dZ, the gradient
  // with respect to the pre-activations. Block by block a vector each of
  //   LSTM i f g o    GRU n r z and R_n h' + b_hn (dZ: n r z and r dn)    RNN only dZ
  long gate_width;

  // Sizes of the packed weights, in floats.
  long forward_floats;          // W, R and the bias, for the forward pass
  long backward_input_floats;   // W, for input_gradient
  long backward_hidden_floats;  // R, for backward_step and state_gradient
  long scratch_floats;  // size of the scratch of one thread of weight_gradient
} lembra_cell;

// Parameters, and where their packed forms go.
typedef struct {
  const lembra_cell *_Nonnull cell;
  const float *_Nonnull input_weights;   // W
  const float *_Nonnull hidden_weights;  // R
  const float *_Nullable input_bias;     // NULL: zeros
  const float *_Nullable hidden_bias;    // NULL: zeros
  float *_Nullable forward;          // by pack_forward
  float *_Nullable backward_input;   // NULL: not wanted
  float *_Nullable backward_hidden;  // NULL: not wanted
} lembra_cell_weights;

// Input products of a run of rows, computed ahead of the steps that use them: projected =
// bias + W x. It pays where a step has fewer than 4 rows or the weights exceed the caches.
typedef struct {
  const lembra_cell *_Nonnull cell;
  const float *_Nonnull weights;  // forward
  const float *_Nonnull input;    // [rows, input]
  long input_stride;
  float *_Nonnull projected;  // [rows, gate_width]
} lembra_input_projection;

// One step of rows that all have, or all lack, a previous state.
typedef struct {
  const lembra_cell *_Nonnull cell;
  const float *_Nonnull weights;       // forward
  const float *_Nullable input;        // [rows, input]; not read with `projected`
  long input_stride;
  const float *_Nullable projected;    // [rows, gate_width], by project_input; NULL: from input
  const float *_Nullable previous;     // h' [rows, hidden]; NULL: zeros
  long previous_stride;
  const float *_Nullable previous_cell;  // LSTM c' [rows, hidden]; NULL: zeros
  long previous_cell_stride;
  float *_Nonnull output;              // h [rows, hidden]
  long output_stride;
  float *_Nullable cell_state;         // LSTM c [rows, hidden]; may be previous_cell
  long cell_state_stride;
  float *_Nullable gates;  // [rows, gate_width] saved for backward; may be projected; NULL: not
  // 0 or 1, in turn from step to step: at 0 rows of one block take the panels from the first to the
  // last, at 1 from the last to the first, and find in the caches what the step before has read last.
  int turn;
} lembra_forward_step;

// A step with what each needs; everything else NULL.
static inline lembra_forward_step lembra_make_forward_step(
    const lembra_cell *_Nonnull cell, const float *_Nonnull weights, float *_Nonnull output,
    long output_stride) {
  return (lembra_forward_step){
    .cell = cell, .weights = weights, .output = output, .output_stride = output_stride,
  };
}

// Steps of a batch, one after the other in the direction's own order of time: step 0 of a reverse
// run is the last row of the longest sequences. Step t owns rows offsets[t] to offsets[t] +
// counts[t]; counts never grow.
typedef struct {
  const lembra_cell *_Nonnull cell;
  const float *_Nonnull weights;  // forward
  long steps;
  const long *_Nonnull offsets;
  const long *_Nonnull counts;
  int reverse;
  int keeps_all;  // whether the gates and the cell states of all rows are kept, for backward
  int projected;  // whether gates hold the input's products of the rows of the steps to take
  int first_turn;  // the turn of step 0

  const float *_Nonnull input;  // [rows, input]
  long input_stride;
  const float *_Nullable first_hidden;  // [sequences, hidden]; NULL: zeros
  const float *_Nullable first_cell;    // likewise; with keeps_all, otherwise cells begin with it
  float *_Nonnull output;               // [rows, hidden]
  long output_stride;
  float *_Nullable cells;  // LSTM: [rows, hidden] with keeps_all, or [sequences, hidden], updated
  float *_Nullable gates;  // [rows, gate_width] from row gate_row on; NULL: neither kept nor read
  long gate_row;

  // Input rows that recur, projected once: row r of the batch is row indices[r] of table, which
  // project_input made. The input is not read then; gates has to be there, with room for the rows
  // of all steps or, without keeps_all, for those of one.
  const float *_Nullable table;  // [distinct rows, gate_width]
  const int32_t *_Nullable indices;  // [rows]; not NULL with table
} lembra_forward_run;

// One step backward of rows that all have, or all lack, a previous state, and likewise a next one
// (in the direction's own order of time). With G the whole gradient that reaches h,
//
//   G = (arriving + (GRU) carry + dZ(next) R) + output_gradient
//
// added up in this order: what is in brackets is the gradient of the state after the step, which is
// the same whether the next step belongs to the same run or to another.
//
// The carry holds what flows past R. LSTM: on entry dL/dc of this step by way of the next step, or
// the gradient arriving at the last cell state (zeros if none); on return dL/dc'. GRU: on entry
// zeros for rows without a next step; on return the part of dL/dh' that z lets through. RNN: none.
typedef struct {
  const lembra_cell *_Nonnull cell;
  const float *_Nonnull weights;           // backward_hidden
  const float *_Nullable output_gradient;  // dY [rows, hidden]; NULL: zeros
  long output_gradient_stride;
  const float *_Nullable arriving;  // gradient of the last state [rows, hidden]; NULL: zeros
  long arriving_stride;
  const float *_Nullable next_gates;  // dZ of the next step; NULL: no next step
  const float *_Nullable output;      // RNN: h [rows, hidden]
  long output_stride;
  const float *_Nullable previous;  // GRU: h' [rows, hidden]; NULL: zeros
  long previous_stride;
  const float *_Nullable previous_cell;  // LSTM: c' [rows, hidden]; NULL: zeros
  long previous_cell_stride;
  const float *_Nullable cell_state;  // LSTM: c [rows, hidden]
  long cell_state_stride;
  float *_Nonnull gates;    // in: as saved (not RNN); out: dZ
  float *_Nullable carry;   // LSTM, GRU [rows, hidden]
  long carry_stride;
  int turn;  // as in the forward step
} lembra_backward_step;

// A step with what each needs; everything else NULL.
static inline lembra_backward_step lembra_make_backward_step(
    const lembra_cell *_Nonnull cell, const float *_Nonnull weights, float *_Nonnull gates) {
  return (lembra_backward_step){.cell = cell, .weights = weights, .gates = gates};
}

// Steps backward, from the last in the direction's own order of time to the first.
typedef struct {
  const lembra_cell *_Nonnull cell;
  const float *_Nonnull weights;  // backward_hidden
  long steps;
  const long *_Nonnull offsets;
  const long *_Nonnull counts;
  int reverse;  // as in the forward run

  const float *_Nullable output_gradient;  // dY [rows, hidden]; NULL: zeros
  long output_gradient_stride;             // 0: the same for all rows
  const float *_Nullable arriving;         // of the last states [sequences, hidden]; NULL: zeros
  const float *_Nonnull output;            // H [rows, hidden]
  long output_stride;
  const float *_Nullable first_hidden;  // [sequences, hidden]; NULL: zeros
  const float *_Nullable first_cell;    // LSTM, likewise
  const float *_Nullable cells;         // LSTM [rows, hidden]
  float *_Nonnull gates;                // [rows, gate_width], in: as saved; out: dZ
  float *_Nullable carry;               // LSTM, GRU [sequences, hidden]
} lembra_backward_run;

// The gradient of a sequence's first previous state, from dZ of its first step:
// dh0 = dZ R + (GRU) carry. The LSTM's dc0 is what its carry holds after the first step.
typedef struct {
  const lembra_cell *_Nonnull cell;
  const float *_Nonnull weights;  // backward_hidden
  const float *_Nonnull gates;    // dZ of the first step
  const float *_Nullable carry;   // GRU [rows, hidden]
  long carry_stride;
  float *_Nonnull gradient;  // [rows, hidden]
  long gradient_stride;
} lembra_state_gradient;

// dX = dZ W, or that added to dX.
typedef struct {
  const lembra_cell *_Nonnull cell;
  const float *_Nonnull weights;  // backward_input
  const float *_Nonnull gates;    // dZ [rows, gate_width]
  int accumulate;                 // whether dX is added to
  float *_Nonnull gradient;       // dX [rows, input]
  long gradient_stride;
} lembra_input_gradient;

// dW = dZ^T X, dR = dZ^T H', and the biases' dZ^T 1, over all rows of a batch.
//
// Rows are summed up in blocks of whole steps, 256 rows at most, from the direction's last step to its
// first; a step of more rows is several blocks. So a run may be cut into parts between two blocks.
typedef struct {
  const lembra_cell *_Nonnull cell;
  const float *_Nonnull gates;  // dZ [rows, gate_width]
  const float *_Nullable input;  // X [rows, input]
  long input_stride;
  const float *_Nullable output;  // H [rows, hidden], from which H' is read
  long output_stride;
  const float *_Nullable initial;  // h0 [sequences, hidden]; NULL: zeros
  long initial_stride;

  // Step t owns rows offsets[t] to offsets[t] + counts[t]; counts never grow.
  // Without steps, rows belong to none and are summed up from the first to the last.
  long rows, steps;
  const long *_Nonnull offsets;
  const long *_Nonnull counts;
  int reverse;  // whether the direction starts at each sequence's end

  int accumulate;                   // whether the gradients are added to
  float *_Nullable input_weights;   // dW; NULL: not wanted, and the input is not read
  float *_Nullable hidden_weights;  // dR; NULL: not wanted, and the output is not read
  float *_Nullable input_bias;     // NULL: not wanted
  float *_Nullable hidden_bias;    // NULL: not wanted
} lembra_weight_gradient;

typedef struct {
  // The shape of a cell for steps of so many rows in a call; it takes any number, with the same results.
  lembra_cell (*_Nonnull describe)(lembra_cell_kind kind, long input, long hidden, long rows);

  // Fills `forward` for panels of `panels`.
  void (*_Nonnull pack_forward)(
      const lembra_cell_weights *_Nonnull, long panel_begin, long panel_end);

  // Fills `backward_input` and `backward_hidden` for blocks of `blocks`.
  void (*_Nonnull pack_backward)(
      const lembra_cell_weights *_Nonnull, long block_begin, long block_end);

  void (*_Nonnull project_input)(
      const lembra_input_projection *_Nonnull, long row_begin, long row_end, long panel_begin,
      long panel_end);

  // Panels of a step may run at the same time, but a step needs all panels of the one before it.
  void (*_Nonnull forward_step)(
      const lembra_forward_step *_Nonnull, long row_begin, long row_end, long panel_begin,
      long panel_end);

  // Steps of `steps`, for the sequences of a range as long as they run. Panels of more than one step
  // cannot run at the same time.
  void (*_Nonnull forward_run)(
      const lembra_forward_run *_Nonnull, long step_begin, long step_end, long row_begin,
      long row_end, long panel_begin, long panel_end);

  void (*_Nonnull backward_step)(
      const lembra_backward_step *_Nonnull, long row_begin, long row_end, long panel_begin,
      long panel_end);

  // From step_end - 1 down to step_begin.
  void (*_Nonnull backward_run)(
      const lembra_backward_run *_Nonnull, long step_begin, long step_end, long row_begin,
      long row_end, long panel_begin, long panel_end);

  void (*_Nonnull state_gradient)(
      const lembra_state_gradient *_Nonnull, long row_begin, long row_end, long panel_begin,
      long panel_end);

  void (*_Nonnull input_gradient)(
      const lembra_input_gradient *_Nonnull, long row_begin, long row_end);

  // Groups of `gradient_groups`, each with rows of dW, dR and the biases of its own.
  void (*_Nonnull weight_gradient)(
      const lembra_weight_gradient *_Nonnull, float *_Nonnull scratch, long group_begin,
      long group_end);
} lembra_recurrent;
