// One step of an optimizer over one tensor, in place and in one pass, with PyTorch's equations.
//
// Each element stands alone: a call may be cut anywhere. State starts as zeros. Settings are double
// so that 1 - beta is rounded once.
#pragma once

// What happens to the gradient before it enters the equations below as g: it is multiplied by
// `scale` (clipping by norm, averaging), then held between -clip and clip. A NaN stays.
typedef struct {
  float scale;  // 1 to leave it
  float clip;   // infinity to leave it
} lembra_gradient_settings;

// Stochastic gradient descent with momentum (Sutskever et al., 2013), dampening 0:
//   g += weight_decay p;  velocity = momentum velocity + g;
//   p -= learning_rate (nesterov ? g + momentum velocity : velocity)
typedef struct {
  double learning_rate;
  double momentum;
  double weight_decay;
  int nesterov;
} lembra_sgd_settings;

// RMSProp (Hinton, 2012; centred: Graves, 2013):
//   g += weight_decay p;  square = alpha square + (1 - alpha) g²
//   centred: mean += (1 - alpha) (g - mean);  d = sqrt(square - mean²) + epsilon
//   else d = sqrt(square) + epsilon
//   velocity = momentum velocity + g / d;  p -= learning_rate velocity
typedef struct {
  double learning_rate;
  double alpha;
  double epsilon;
  double momentum;
  double weight_decay;
} lembra_rmsprop_settings;

// Adam (Kingma and Ba, 2015) and, decoupled, AdamW (Loshchilov and Hutter, 2019):
//   decoupled: p -= learning_rate weight_decay p, else g += weight_decay p
//   mean += (1 - beta1) (g - mean);  square = beta2 square + (1 - beta2) g²
//   p -= learning_rate / correction1 · mean / (sqrt(square) / sqrt(correction2) + epsilon)
typedef struct {
  double learning_rate;
  double beta1;
  double beta2;
  double epsilon;
  double weight_decay;
  double correction1;  // 1 - beta1^t at step t = 1, 2, ...
  double correction2;  // 1 - beta2^t
  int decoupled;
} lembra_adam_settings;

typedef struct {
  // Without velocity the momentum must be 0.
  void (*_Nonnull sgd)(
      float *_Nonnull parameter, const float *_Nonnull gradient, float *_Nullable velocity,
      long count, lembra_gradient_settings gradient_settings, lembra_sgd_settings settings);

  // Without velocity the momentum must be 0; with mean it is the centred form.
  void (*_Nonnull rmsprop)(
      float *_Nonnull parameter, const float *_Nonnull gradient, float *_Nonnull square,
      float *_Nullable mean, float *_Nullable velocity, long count,
      lembra_gradient_settings gradient_settings, lembra_rmsprop_settings settings);

  void (*_Nonnull adam)(
      float *_Nonnull parameter, const float *_Nonnull gradient, float *_Nonnull mean,
      float *_Nonnull square, long count, lembra_gradient_settings gradient_settings,
      lembra_adam_settings settings);
} lembra_optimizers;
