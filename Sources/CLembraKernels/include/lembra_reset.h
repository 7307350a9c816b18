// One step of a cell in which a gate acts on the state before a second product.
//
// A row has the gates side by side, `units` floats each: r, z and n of a GRU, f and n of a minimal gated
// unit. x is W x + b and y = R h + b, of which `begin` reads all gates but the last; the last of y is the
// product of `kept`.
//
//   GRU   r, z = sigmoid(x + y)   kept = r read   n = tanh(x + y)   out = (1 - z) n + z h
//   MGU   f = sigmoid(x + y)      kept = f read   n = tanh(x + y)   out = (1 - f) h + f n
//
// `read` is h, or what noise has left of it. Calls may be cut by rows. Outputs must not overlap inputs,
// but for the gates, which may be x.
#pragma once

typedef enum { lembra_reset_gru, lembra_reset_mgu } lembra_reset_kind;

typedef struct {
  // `gates` keeps all but the last.
  void (*_Nonnull begin)(
      lembra_reset_kind, const float *_Nonnull x, const float *_Nonnull y,
      const float *_Nonnull read, float *_Nonnull gates, float *_Nonnull kept, long rows,
      long units);

  // Reads the other gates, and keeps n.
  void (*_Nonnull finish)(
      lembra_reset_kind, const float *_Nonnull x, const float *_Nonnull y,
      const float *_Nonnull h, float *_Nonnull gates, float *_Nonnull out, long rows, long units);

  // From the gradient of out to those of the sums x + y of n and z, and of h but for its products.
  void (*_Nonnull finish_pullback)(
      lembra_reset_kind, const float *_Nonnull gates, const float *_Nonnull h,
      const float *_Nonnull gradient, float *_Nonnull sum_gradients, float *_Nonnull h_gradient,
      long rows, long units);

  // From the gradients of out and of kept to those of the sum of r or f, and of `read`.
  void (*_Nonnull begin_pullback)(
      lembra_reset_kind, const float *_Nonnull gates, const float *_Nonnull read,
      const float *_Nonnull h, const float *_Nonnull gradient,
      const float *_Nonnull kept_gradient, float *_Nonnull sum_gradients,
      float *_Nonnull read_gradient, long rows, long units);
} lembra_resets;
