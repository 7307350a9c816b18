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
// Calls may be cut by rows. Outputs must not overlap inputs, but for what says so.
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
  float *_Nonnull gates;          // i, f, g, o, or f, g, o
  float *_Nonnull cell_out;       // c'; may be c
  float *_Nonnull out;
  float *_Nullable candidate;     // c~; not NULL with peepholes or gamma
  float *_Nullable mean;          // a number for each row; not NULL with gamma
  float *_Nullable inverse;       // likewise
} lembra_lstm_forward;

typedef struct {
  float *_Nonnull gates;            // in: as saved; out: the gradient of z
  const float *_Nonnull cell;       // c
  const float *_Nullable masks;
  const float *_Nonnull gradient;   // of out
  float *_Nonnull cell_gradient;    // in: of c'; out: of c
  const float *_Nullable candidate;  // as saved
  const float *_Nullable mean;
  const float *_Nullable inverse;
  float *_Nullable normalized_gradient;  // of gamma (c~ - mean) inverse + beta; not NULL with gamma
  float *_Nullable scratch;              // room for `units` floats; not NULL with gamma
} lembra_lstm_backward;

typedef struct {
  void (*_Nonnull forward)(
      const lembra_lstm *_Nonnull, const lembra_lstm_forward *_Nonnull, long rows);

  void (*_Nonnull backward)(
      const lembra_lstm *_Nonnull, const lembra_lstm_backward *_Nonnull, long rows);
} lembra_lstms;
