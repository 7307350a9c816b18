// One step of recurrences in which every unit knows only itself: no product of the state.
//
// x holds what a step gets from its input, `units` floats for each gate side by side, and h the state
// before:
//
//   min_gru    x = z, n:     out = h + sigmoid(z) (n - h)
//   min_lstm   x = f, i, n:  a = sigmoid(f) / (sigmoid(f) + sigmoid(i));  out = n + a (h - n)
//   tanh       x:            out = tanh(x + u h)
//   relu       x:            out = max(0, x + u h)
//
// Calls may be cut by rows.
#pragma once

typedef enum { lembra_min_gru, lembra_min_lstm, lembra_scan_tanh, lembra_scan_relu } lembra_scan_kind;

typedef struct {
  // `before` keeps h, and `shares` what an h was multiplied by, 1 - sigmoid(z) or a; it is not NULL for
  // those two kinds. The state is read and becomes out.
  void (*_Nonnull forward)(
      lembra_scan_kind, const float *_Nonnull x, const float *_Nullable weights,
      float *_Nonnull state, float *_Nonnull before, float *_Nullable shares,
      float *_Nonnull out, long rows, long units);

  // From the gradient of out to those of x and, in place, of h.
  void (*_Nonnull backward)(
      lembra_scan_kind, const float *_Nonnull x, const float *_Nullable weights,
      const float *_Nonnull before, const float *_Nullable shares, const float *_Nonnull out,
      float *_Nonnull gradient, float *_Nonnull x_gradient, long rows, long units);
} lembra_scans;
