// One step of an LSTM with peepholes, coupled gates, a normalised cell or zoneout, its products being
// computed apart.
//
// A row has the gates side by side, `units` floats each: input, forget, candidate and output; coupled
// gates lack the first, i = 1 - f. With the sums z = x + y and p the peepholes,
//
//   i = sigmoid(z_i + p_i c)       f = sigmoid(z_f + p_f c)       g = tanh(z_g)
//   c~ = f c + i g                 o = sigmoid(z_o + p_o c~)
//   out = o tanh(c~), or o tanh(gamma (c~ - mean) inverse + beta)
//   c' = c~ + k (c - c~)           k: what zoneout keeps
//
// Calls may be cut by rows; where there are sums, between lembra_summed_rows of them. Outputs must not
// overlap inputs, but for what says so.
#pragma once

typedef struct {
  long units;
  int coupled;
  const float *_Nullable peepholes;  // rows of units: i, f, o, or f, o; NULL: none
  const float *_Nullable gamma;      // NULL: the cell is not normalised
  const float *_Nullable beta;       // not NULL with gamma
  float epsilon;
  float zoneout;  // k where there are no masks
} lembra_lstm;

typedef struct {
  const float *_Nonnull x;
  const float *_Nonnull y;
  const float *_Nonnull cell;     // c
  const float *_Nullable masks;   // k of each unit; NULL: `zoneout`
  float *_Nonnull gates;          // i, f, g, o, or f, g, o; may be x
  float *_Nonnull cell_out;       // c'; may be c
  float *_Nonnull out;
  float *_Nullable candidate;     // c~; not NULL with gamma
  float *_Nullable mean;          // a number for each row; not NULL with gamma
  float *_Nullable inverse;       // likewise
} lembra_lstm_forward;

typedef struct {
  const float *_Nonnull gates;      // as saved
  float *_Nonnull sum_gradient;     // of z; may be `gates`
  const float *_Nonnull cell;       // c
  const float *_Nullable masks;
  const float *_Nonnull gradient;   // of out
  float *_Nonnull cell_gradient;    // in: of c'; out: of c
  // Not NULL with gamma: c~ as saved, which is overwritten, and room for as many floats.
  float *_Nullable candidate;
  float *_Nullable scratch;
  const float *_Nullable mean;
  const float *_Nullable inverse;
  // What rows add to the gradients of gamma, beta and the peepholes is added to these sums,
  // `sums_stride` floats further on for every lembra_summed_rows rows; not NULL where there are those.
  float *_Nullable gamma_sums;
  float *_Nullable beta_sums;
  float *_Nullable peephole_sums;
  long sums_stride;
} lembra_lstm_backward;

typedef struct {
  void (*_Nonnull forward)(
      const lembra_lstm *_Nonnull, const lembra_lstm_forward *_Nonnull, long rows);

  void (*_Nonnull backward)(
      const lembra_lstm *_Nonnull, const lembra_lstm_backward *_Nonnull, long rows);
} lembra_lstms;
