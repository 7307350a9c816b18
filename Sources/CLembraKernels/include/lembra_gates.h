// The gates of one step of a recurrent cell, where its products are computed apart.
//
// A row has the gates side by side in PyTorch's order, `units` floats each: reset, update and new
// for a GRU; input, forget, candidate and output for an LSTM. Calls may be cut by rows. Outputs must
// not overlap inputs.
#pragma once

typedef struct {
  // From x = W x + b and y = R h + b, rows of 3 gates:
  //   r, z = sigmoid(x + y);  n = tanh(x + r y);  out = (1 - z) n + z h.
  // `gates` keeps r, z and n, and may be x.
  void (*_Nonnull gru)(
      const float *_Nonnull x, const float *_Nonnull y, const float *_Nonnull h,
      float *_Nonnull gates, float *_Nonnull out, long rows, long units);

  // The gradients of x, which may be the gates, of y and of h. Of y only what the new state got is
  // read, rows `y_stride` floats apart.
  void (*_Nonnull gru_pullback)(
      const float *_Nonnull gates, const float *_Nonnull y_new, long y_stride,
      const float *_Nonnull h, const float *_Nonnull gradient, float *_Nonnull x_gradient,
      float *_Nonnull y_gradient, float *_Nonnull h_gradient, long rows, long units);

  // From x and y, rows of 4 gates whose sums z are taken:
  //   i, f, o = sigmoid(z);  g = tanh(z);  cell_out = f cell + i g;  out = o tanh(cell_out).
  // `gates` keeps i, f, g and o.
  void (*_Nonnull lstm)(
      const float *_Nonnull x, const float *_Nonnull y, const float *_Nonnull cell,
      float *_Nonnull gates, float *_Nonnull out, float *_Nonnull cell_out, long rows, long units);

  // The gradients of x + y and of the cell; a gradient that is NULL is zero.
  void (*_Nonnull lstm_pullback)(
      const float *_Nonnull gates, const float *_Nonnull cell, const float *_Nonnull cell_out,
      const float *_Nullable gradient, const float *_Nullable cell_out_gradient,
      float *_Nonnull x_gradient, float *_Nonnull cell_gradient, long rows, long units);

  // out = out + k (before - out), where k is a mask or, without masks, the share.
  void (*_Nonnull keep)(
      const float *_Nonnull before, const float *_Nullable masks, float share, float *_Nonnull out,
      long count);

  // From the gradient of what `keep` left: before_gradient = k gradient, gradient = (1 - k) gradient.
  void (*_Nonnull keep_pullback)(
      float *_Nonnull gradient, const float *_Nullable masks, float share,
      float *_Nonnull before_gradient, long count);
} lembra_gates;
