// General products of row-major matrices.
//
// A product is described by a struct that any number of threads may share, and a range that says
// which part of it a call does. Strides are floats from one row to the next. Every element of a
// result is one chain of fused multiply-adds in ascending k, whatever the range it was computed in
// (k in blocks of 256 for `multiply_transposed`), so cuts never change a bit.
#pragma once

// Rows whose products are summed up before they are added to the gradient of a weight.
enum { lembra_gradient_block = 256 };

// B as it lies in memory, and where its packed form goes.
//
// `multiply` reads B in column panels of four vectors: panel p holds columns 4 lanes p and on, row
// after row, padded with zeros to whole vectors. There are ceil(n / (4 lanes)) panels.
typedef struct {
  const float *_Nonnull b;  // [k, n], or [n, k] if transposed
  long stride;              // of b as it lies in memory
  int transposed;
  long k, n;
  float *_Nonnull packed;   // packed_floats(k, n)
} lembra_pack;

// C = start + A B, where start is zero, a bias for every row, or C itself.
typedef struct {
  const float *_Nonnull a;  // [m, k]
  long a_stride;
  const float *_Nonnull packed;  // B [k, n], as packed by `pack`
  const float *_Nullable bias;   // [n]; not with `accumulate`
  int accumulate;                // whether C is added to
  float *_Nonnull c;             // [m, n]
  long c_stride;
  long k, n;
} lembra_multiply;

// C = start + A^T B, where start is zero or C; the gradient of a weight matrix.
//
// The rows of A and B are taken in blocks of 256; each block's sum is added to C in order, which
// also rounds better than one chain over all of m.
typedef struct {
  const float *_Nonnull a;  // [m, k]
  long a_stride;
  const float *_Nonnull b;  // [m, n]
  long b_stride;
  int accumulate;           // whether C and `sums` are added to
  float *_Nonnull c;        // [k, n]
  long c_stride;
  float *_Nullable sums;    // [k]: sums of A's columns, the gradient of a bias
  long m, k, n;
} lembra_multiply_transposed;

typedef struct {
  // Size of B's packed form.
  long (*_Nonnull packed_floats)(long k, long n);

  // Panels, of ceil(n / (4 lanes)).
  void (*_Nonnull pack)(const lembra_pack *_Nonnull, long panel_begin, long panel_end);

  // Rows of C times panels of B. With few rows cut by panels, with many by rows.
  void (*_Nonnull multiply)(
      const lembra_multiply *_Nonnull, long row_begin, long row_end, long panel_begin,
      long panel_end);

  // Groups of 4 lanes rows of C each, of ceil(k / (4 lanes)); the scratch is the calling thread's.
  void (*_Nonnull multiply_transposed)(
      const lembra_multiply_transposed *_Nonnull, float *_Nonnull scratch, long group_begin,
      long group_end);

  // Size of the scratch of one thread.
  long (*_Nonnull multiply_transposed_scratch_floats)(long n);
} lembra_matrix;
