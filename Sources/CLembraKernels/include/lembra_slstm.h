// One step of an LSTM with exponential gates (sLSTM), its products being computed apart.
//
// A row has the gates side by side, `units` floats each: input, forget, candidate and output. With the
// sums s = x + y,
//
//   a = log f + m     log f = log sigmoid(s_f), or s_f
//   m' = max(a, s_i), or s_i where n is 0: a unit that has read nothing
//   i = exp(s_i - m')     f = exp(a - m')     z = tanh(s_z)     o = sigmoid(s_o)
//   c' = f c + i z     n' = f n + i     out = o c' / n'
//
// The larger of i and f is 1, so that n' is at least 1 once it was. Calls may be cut by rows. Outputs must
// not overlap inputs, but for what says so.
#pragma once

typedef struct {
  const float *_Nonnull x;
  const float *_Nonnull y;
  float *_Nonnull cell;        // in: c; out: c'
  float *_Nonnull normalizer;  // in: n; out: n'
  float *_Nonnull stabilizer;  // in: m; out: m'
  float *_Nonnull cell_before;        // keeps c
  float *_Nonnull normalizer_before;  // keeps n
  float *_Nonnull gates;       // keeps i, f, z, o; may be x
  float *_Nullable slopes;     // keeps the derivative of log f; NULL: log f is s_f
  float *_Nonnull out;
} lembra_slstm_forward;

typedef struct {
  float *_Nonnull gates;            // in: as saved; out: the gradients of s
  const float *_Nullable slopes;    // as saved
  const float *_Nonnull cell;       // c
  const float *_Nonnull normalizer;  // n
  const float *_Nonnull gradient;   // of out
  float *_Nonnull cell_gradient;    // in: of c'; out: of c
  float *_Nonnull normalizer_gradient;  // in: of n'; out: of n
  float *_Nonnull stabilizer_gradient;  // in: of m'; out: of m
} lembra_slstm_backward;

typedef struct {
  void (*_Nonnull forward)(const lembra_slstm_forward *_Nonnull, long rows, long units);

  void (*_Nonnull backward)(const lembra_slstm_backward *_Nonnull, long rows, long units);
} lembra_slstms;
