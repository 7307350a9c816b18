// Functions of one element at a time, with broadcasting where there are two or three operands.
//
// Every element is computed by the same vector code wherever it sits, so that a call may be cut
// anywhere without changing a bit. `out` may be one of the operands if both are laid out alike;
// otherwise they must not overlap. A NaN comes through everything it comes through in PyTorch.
#pragma once

// A matrix, row vector, column vector or scalar seen as a matrix of the shape of the result:
// element (r, c) is `base[r * row_stride + c * column_stride]`.
typedef struct {
  const float *_Nonnull base;
  long row_stride;     // any; 0 repeats one row
  long column_stride;  // 0 or 1; 0 repeats one column
} lembra_operand;

// out[r, c] = f(a[r, c], b[r, c]), `out` being contiguous.
typedef void (*lembra_binary)(
    lembra_operand a, lembra_operand b, float *_Nonnull out, long rows, long columns);

// out[i] = f(x[i]).
typedef void (*lembra_unary)(const float *_Nonnull x, float *_Nonnull out, long count);

// out[i] = gradient[i] * f'(x[i]), from the saved x[i] or y[i] = f(x[i]).
typedef void (*lembra_pullback)(
    const float *_Nonnull saved, const float *_Nonnull gradient, float *_Nonnull out, long count);

typedef struct {
  // Two operands.
  lembra_binary _Nonnull add;
  lembra_binary _Nonnull subtract;
  lembra_binary _Nonnull multiply;
  lembra_binary _Nonnull divide;
  lembra_binary _Nonnull maximum;  // NaN if either is
  lembra_binary _Nonnull minimum;  // NaN if either is
  lembra_binary _Nonnull greater;  // 1 where a > b, else 0
  lembra_binary _Nonnull less;     // 1 where a < b, else 0
  lembra_binary _Nonnull equal;    // 1 where a == b, else 0

  // One operand. The errors are the largest over all floats with a normal result.
  lembra_unary _Nonnull negate;
  lembra_unary _Nonnull exp;         // 2 ulp; subnormal results are rounded, not flushed
  lembra_unary _Nonnull log;         // 2 ulp; log(0) = -inf, NaN below 0
  lembra_unary _Nonnull sqrt;        // correctly rounded
  lembra_unary _Nonnull square;
  lembra_unary _Nonnull absolute;
  lembra_unary _Nonnull reciprocal;  // correctly rounded
  lembra_unary _Nonnull tanh;        // 3 ulp
  lembra_unary _Nonnull sigmoid;     // 3 ulp
  lembra_unary _Nonnull relu;
  lembra_unary _Nonnull gelu;      // x Φ(x), Φ the normal distribution function; 9 ulp
  lembra_unary _Nonnull softplus;  // log(1 + exp(x)) without overflow, 3 ulp

  // Pullbacks that `multiply` and its like do not give in one pass.
  lembra_pullback _Nonnull sqrt_pullback;        // saved y: g / 2y
  lembra_pullback _Nonnull absolute_pullback;    // saved x: g sign(x), 0 at 0
  lembra_pullback _Nonnull reciprocal_pullback;  // saved y: -g y²
  lembra_pullback _Nonnull tanh_pullback;        // saved y: g (1 - y²)
  lembra_pullback _Nonnull sigmoid_pullback;     // saved y: g y (1 - y)
  lembra_pullback _Nonnull relu_pullback;        // saved y: g where y > 0, else 0
  lembra_pullback _Nonnull gelu_pullback;        // saved x: g (Φ(x) + x φ(x))
  lembra_pullback _Nonnull softplus_pullback;    // saved x: g sigmoid(x)

  // out[i] = factor * x[i].
  void (*_Nonnull scale)(const float *_Nonnull x, float factor, float *_Nonnull out, long count);

  // into[i] += factor * x[i].
  void (*_Nonnull add_scaled)(
      const float *_Nonnull x, float factor, float *_Nonnull into, long count);

  // into[i] += x[i].
  void (*_Nonnull accumulate)(const float *_Nonnull x, float *_Nonnull into, long count);

  void (*_Nonnull fill)(float value, float *_Nonnull out, long count);

  // out[i] = x[i] held between `low` and `high`; a NaN stays.
  void (*_Nonnull clamp)(
      const float *_Nonnull x, float low, float high, float *_Nonnull out, long count);

  // out[i] = gradient[i] where low <= x[i] <= high, else 0.
  void (*_Nonnull clamp_pullback)(
      const float *_Nonnull x, const float *_Nonnull gradient, float low, float high,
      float *_Nonnull out, long count);

  // out[r, c] = condition[r, c] != 0 ? a[r, c] : b[r, c]; what is not chosen is not looked at.
  void (*_Nonnull select)(
      lembra_operand condition, lembra_operand a, lembra_operand b, float *_Nonnull out, long rows,
      long columns);

  // The index of the first infinity or NaN, or -1.
  long (*_Nonnull first_not_finite)(const float *_Nonnull x, long count);
} lembra_elementwise;
