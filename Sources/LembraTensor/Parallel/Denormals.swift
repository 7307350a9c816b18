import CLembraKernels

/// Runs `body` on this thread with denormal numbers treated as zeros.
///
/// Some processors compute with denormals a hundred times more slowly, and gradients that fade over
/// many steps are full of them. It is for long sums of products, where they make no difference;
/// functions of single elements keep them.
package func flushingDenormals(_ body: () -> Void) {
  let mode = lembra_flush_denormals()
  body()
  lembra_restore_floating_point(mode)
}
