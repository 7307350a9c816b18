// Functions of whole rows and columns of row-major matrices, and the moving of rows.
//
// A matrix is [rows, columns] and contiguous unless a stride (floats from row to row) is given.
// The result for a row does not depend on how many rows a call has, nor a column's on how many
// columns: calls may be cut by rows, and by columns where there is a stride. Sums are carried in
// double precision and rounded once; those of layer normalisation and of exponentials add up two or
// four numbers as floats before. Outputs must not overlap inputs unless it is said they may.
#pragma once

#include <stdint.h>

// Where a long sum may be cut: see `block_sums`.
enum { lembra_sum_block = 4096 };

// Rows, counted from a call's first, that add to the same sums of columns, where such sums are kept.
enum { lembra_summed_rows = 4 };

// The largest numbers seen so far, the largest first, of equal ones that of the smaller column; NaN
// and -inf are never among them.
typedef struct {
  float *_Nonnull values;              // [wanted]
  int32_t *_Nonnull columns;           // [wanted]: where each stands
  long count, wanted;                  // how many there are, and the most; wanted is above 0
  const int32_t *_Nullable left_out;   // columns that do not count
  long left_out_count;
} lembra_largest;

typedef struct {
  // MARK: Softmax, each row by itself. `out` may be x, y or gradient.

  // out = exp(x - max) / Σ exp(x - max).
  void (*_Nonnull softmax)(const float *_Nonnull x, float *_Nonnull out, long rows, long columns);

  // out = x - max - log Σ exp(x - max).
  void (*_Nonnull log_softmax)(
      const float *_Nonnull x, float *_Nonnull out, long rows, long columns);

  // out = y (g - Σ g y), from y = softmax(x).
  void (*_Nonnull softmax_pullback)(
      const float *_Nonnull y, const float *_Nonnull gradient, float *_Nonnull out, long rows,
      long columns);

  // out = g - exp(y) Σ g, from y = log_softmax(x).
  void (*_Nonnull log_softmax_pullback)(
      const float *_Nonnull y, const float *_Nonnull gradient, float *_Nonnull out, long rows,
      long columns);

  // MARK: Losses of classes. targets[r] is a column, or negative for a row that does not count.

  // out[r] = -y[r, targets[r]], 0 for a row that does not count; y = log_softmax(x).
  void (*_Nonnull negative_log_likelihood)(
      const float *_Nonnull y, const int32_t *_Nonnull targets, float *_Nonnull out, long rows,
      long columns);

  // The gradient of y: out[r, c] = c == targets[r] ? -gradient[r] : 0.
  void (*_Nonnull negative_log_likelihood_pullback)(
      const int32_t *_Nonnull targets, const float *_Nonnull gradient, float *_Nonnull out,
      long rows, long columns);

  // The two pullbacks at once, the gradient of x: out[r, c] = gradient[r] (exp(y[r, c]) -
  // (c == targets[r])), 0 for a row that does not count. `out` may be y.
  void (*_Nonnull cross_entropy_pullback)(
      const float *_Nonnull y, const int32_t *_Nonnull targets, const float *_Nonnull gradient,
      float *_Nonnull out, long rows, long columns);

  // The cross entropy with class weights w, 1 each without weights, and label smoothing (Szegedy et
  // al., 2016), as in PyTorch: out[r] = -Σ over c of q[r, c] y[r, c] with
  // q[r, c] = w[c] ((1 - smoothing) (c == targets[r]) + smoothing / columns).
  void (*_Nonnull weighted_cross_entropy)(
      const float *_Nonnull y, const int32_t *_Nonnull targets, const float *_Nullable weights,
      float smoothing, float *_Nonnull out, long rows, long columns);

  // The gradient of x: out[r, c] = gradient[r] (exp(y[r, c]) Σ q[r] - q[r, c]), 0 for a row that
  // does not count. `out` may be y.
  void (*_Nonnull weighted_cross_entropy_pullback)(
      const float *_Nonnull y, const int32_t *_Nonnull targets, const float *_Nullable weights,
      float smoothing, const float *_Nonnull gradient, float *_Nonnull out, long rows,
      long columns);

  // MARK: Layer normalisation (Ba, Kiros and Hinton, 2016), variance over n, as in PyTorch

  // out = (x - mean) inverse gamma + beta with inverse = 1 / sqrt(variance + epsilon), saving mean
  // and inverse of each row. Without gamma it is 1, without beta 0. `out` may be x. Rows are `stride`
  // floats apart in all matrices.
  void (*_Nonnull layer_norm)(
      const float *_Nonnull x, const float *_Nullable gamma, const float *_Nullable beta,
      float epsilon, float *_Nonnull out, float *_Nonnull mean, float *_Nonnull inverse, long rows,
      long columns, long stride);

  // The gradient of x; `out` may be x or gradient.
  void (*_Nonnull layer_norm_pullback)(
      const float *_Nonnull x, const float *_Nullable gamma, const float *_Nonnull mean,
      const float *_Nonnull inverse, const float *_Nonnull gradient, float *_Nonnull out,
      long rows, long columns, long stride);

  // The same in the place of x. What the rows add to the gradients of gamma and of beta is added to
  // sums in single precision, `sums_stride` floats further on for every lembra_summed_rows rows.
  void (*_Nonnull layer_norm_pullback_in_place)(
      float *_Nonnull x, const float *_Nullable gamma, const float *_Nonnull mean,
      const float *_Nonnull inverse, const float *_Nonnull gradient, float *_Nonnull gamma_sums,
      float *_Nonnull beta_sums, long sums_stride, long rows, long columns, long stride);

  // The gradients of gamma and beta, summed over the rows in ascending order. x and gradient have
  // the same stride.
  void (*_Nonnull layer_norm_parameter_pullback)(
      const float *_Nonnull x, const float *_Nonnull mean, const float *_Nonnull inverse,
      const float *_Nonnull gradient, long stride, float *_Nonnull gamma_gradient,
      float *_Nonnull beta_gradient, long rows, long columns);

  // MARK: Sums

  // out[r] = Σ over c of x[r, c].
  void (*_Nonnull row_sums)(const float *_Nonnull x, float *_Nonnull out, long rows, long columns);

  // out[c] = Σ over r of x[r, c], in ascending order of r.
  void (*_Nonnull column_sums)(
      const float *_Nonnull x, long stride, float *_Nonnull out, long rows, long columns);

  // sums[b] = Σ x over block b: elements [b * lembra_sum_block, (b + 1) * lembra_sum_block), the
  // last block being shorter. A sum over several threads is cut between blocks, and the blocks'
  // sums are added one by one in ascending order from 0, which gives the bits of `sum`.
  void (*_Nonnull block_sums)(const float *_Nonnull x, double *_Nonnull sums, long count);

  // The same with x².
  void (*_Nonnull block_sums_of_squares)(
      const float *_Nonnull x, double *_Nonnull sums, long count);

  // Σ x and Σ x² over all blocks.
  double (*_Nonnull sum)(const float *_Nonnull x, long count);
  double (*_Nonnull sum_of_squares)(const float *_Nonnull x, long count);

  // MARK: Maxima. A NaN counts as the largest, as in PyTorch; columns must be above 0.

  // out[r] = the largest of row r.
  void (*_Nonnull row_maxima)(
      const float *_Nonnull x, float *_Nonnull out, long rows, long columns);

  // out[r] = the first column that holds it.
  void (*_Nonnull row_argmaxima)(
      const float *_Nonnull x, int32_t *_Nonnull out, long rows, long columns);

  // MARK: What is known of a row that is not kept. `columns` may be 0 only in `keep_largest`.

  // Σ exp(x - most) with the largest of x, NaNs aside, in `most`; 0 where all are -inf. What is 87 or
  // more below the largest counts as nothing.
  double (*_Nonnull exponential_sum)(const float *_Nonnull x, long columns, float *_Nonnull most);

  // Takes note of the largest of x, whose first element stands for `first_column`. Pieces of a row
  // are given one after the other in ascending order.
  void (*_Nonnull keep_largest)(
      const float *_Nonnull x, long columns, long first_column, lembra_largest *_Nonnull kept);

  // MARK: Moving rows

  // out[i] = table[indices[i]], rows of `columns` floats; zeros where the index is negative. Other
  // indices are not checked.
  void (*_Nonnull gather_rows)(
      const float *_Nonnull table, const int32_t *_Nonnull indices, float *_Nonnull out, long count,
      long columns);

  // table[indices[i]] += x[i] for i ascending, but for negative indices. To be cut by columns only.
  void (*_Nonnull scatter_add_rows)(
      const float *_Nonnull x, long x_stride, const int32_t *_Nonnull indices,
      float *_Nonnull table, long table_stride, long count, long columns);

  // out[c, r] = x[r, c].
  void (*_Nonnull transpose)(
      const float *_Nonnull x, long x_stride, float *_Nonnull out, long out_stride, long rows,
      long columns);

  // out[r, c] = x[r, c].
  void (*_Nonnull copy_rows)(
      const float *_Nonnull x, long x_stride, float *_Nonnull out, long out_stride, long rows,
      long columns);

  // into[r, c] += x[r, c].
  void (*_Nonnull accumulate_rows)(
      const float *_Nonnull x, long x_stride, float *_Nonnull into, long into_stride, long rows,
      long columns);
} lembra_rows;
