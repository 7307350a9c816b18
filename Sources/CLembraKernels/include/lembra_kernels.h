// Everything the CPU does in loops: one table of functions per instruction set, chosen at run time.
//
// Each family has its own header, which documents its functions, and one body under `bodies/` that
// is compiled once per instruction set. Kernels allocate nothing, start no threads and keep no
// state. Results are the same for any way of cutting the rows or columns of a call into several.
#pragma once

#include "lembra_attention.h"
#include "lembra_chain.h"
#include "lembra_elementwise.h"
#include "lembra_gates.h"
#include "lembra_lstm.h"
#include "lembra_matrix.h"
#include "lembra_optimizers.h"
#include "lembra_probe.h"
#include "lembra_processor.h"
#include "lembra_random.h"
#include "lembra_recurrent.h"
#include "lembra_reduced.h"
#include "lembra_reset.h"
#include "lembra_rows.h"
#include "lembra_scan.h"
#include "lembra_segments.h"
#include "lembra_slstm.h"

typedef struct {
  const char *_Nonnull name;  // "avx512", "avx2", "sse2" or "neon"
  int lanes;                  // floats in a vector
  lembra_elementwise elementwise;
  lembra_rows rows;
  lembra_segments segments;
  lembra_attentions attentions;
  lembra_gates gates;
  lembra_lstms lstms;
  lembra_scans scans;
  lembra_resets resets;
  lembra_slstms slstms;
  lembra_chains chains;
  lembra_matrix matrix;
  lembra_recurrent recurrent;
  lembra_optimizers optimizers;
  lembra_random random;
  lembra_probe probe;
} lembra_kernels;

// The instruction sets of this build, best first, whether or not this processor has them.
int lembra_kernels_count(void);
const lembra_kernels *_Nonnull lembra_kernels_at(int index);

// Whether this processor runs that table.
int lembra_kernels_supported(const lembra_kernels *_Nonnull kernels);
