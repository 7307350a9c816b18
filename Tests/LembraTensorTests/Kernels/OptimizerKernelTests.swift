import CLembraKernels
import Testing

/// One parameter under an optimizer in Double, as PyTorch's documentation writes the algorithms.
private struct ReferenceState {
  var parameter: Double
  var first = 0.0
  var second = 0.0
  var third = 0.0
}

@Suite("Optimizer kernels")
struct OptimizerKernelTests {
  /// Tensors of parameter and state; what is not in use stays nil.
  struct Tensors: Equatable {
    var parameter: [Float]
    var states: [[Float]]

    init(count: Int) {
      parameter = samples(count)
      states = Array(repeating: [Float](repeating: 0, count: count), count: 3)
    }

    func slice(_ range: Range<Int>) -> Tensors {
      var slice = self
      slice.parameter = Array(parameter[range])
      slice.states = states.map { Array($0[range]) }
      return slice
    }

    static func + (a: Tensors, b: Tensors) -> Tensors {
      var sum = a
      sum.parameter += b.parameter
      sum.states = zip(a.states, b.states).map(+)
      return sum
    }
  }

  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let step: @Sendable (lembra_optimizers, inout Tensors, [Float], Int) -> Void
    fileprivate let reference: @Sendable (inout ReferenceState, Double, Int) -> Void
  }

  /// Scaled and clipped: what PyTorch's clipping by norm and by value would hand over.
  static let gradientSettings = lembra_gradient_settings(scale: 0.5, clip: 0.8)
  static let rate = 0.05, decay = 0.1, momentum = 0.9, epsilon = 1e-3

  static let all =
    [false, true].flatMap { nesterov in
      [
        Case(
          testDescription: nesterov ? "SGD, Nesterov" : "SGD with momentum",
          step: { optimizers, tensors, gradient, _ in
            optimizers.sgd(
              &tensors.parameter, gradient, &tensors.states[0], gradient.count, gradientSettings,
              lembra_sgd_settings(
                learning_rate: rate, momentum: momentum, weight_decay: decay,
                nesterov: nesterov ? 1 : 0))
          },
          reference: { state, gradient, _ in
            let g = gradient + decay * state.parameter
            state.first = momentum * state.first + g
            state.parameter -= rate * (nesterov ? g + momentum * state.first : state.first)
          })
      ]
    } + [
      Case(
        testDescription: "SGD",
        step: { optimizers, tensors, gradient, _ in
          optimizers.sgd(
            &tensors.parameter, gradient, nil, gradient.count, gradientSettings,
            lembra_sgd_settings(learning_rate: rate, momentum: 0, weight_decay: 0, nesterov: 0))
        },
        reference: { state, gradient, _ in state.parameter -= rate * gradient })
    ]
    + [false, true].flatMap { centred in
      [0, momentum].map { momentum in
        Case(
          testDescription: "RMSProp, momentum \(momentum)" + (centred ? ", centred" : ""),
          step: { optimizers, tensors, gradient, _ in
            let settings = lembra_rmsprop_settings(
              learning_rate: rate, alpha: 0.95, epsilon: epsilon, momentum: momentum,
              weight_decay: decay)
            let count = gradient.count
            tensors.parameter.withUnsafeMutableBufferPointer { parameter in
              withMutablePointers(&tensors.states) { states in
                guard let parameter = parameter.baseAddress else { return }
                optimizers.rmsprop(
                  parameter, gradient, states[0], centred ? states[1] : nil,
                  momentum == 0 ? nil : states[2], count, gradientSettings, settings)
              }
            }
          },
          reference: { state, gradient, _ in
            let g = gradient + decay * state.parameter
            state.first = 0.95 * state.first + 0.05 * g * g
            state.second += centred ? 0.05 * (g - state.second) : 0
            let denominator =
              (state.first - state.second * state.second).squareRoot() + epsilon
            state.third = momentum * state.third + g / denominator
            state.parameter -= rate * state.third
          })
      }
    }
    + [false, true].map { decoupled in
      Case(
        testDescription: decoupled ? "AdamW" : "Adam",
        step: { optimizers, tensors, gradient, step in
          let settings = lembra_adam_settings(
            learning_rate: rate, beta1: 0.9, beta2: 0.99, epsilon: epsilon, weight_decay: decay,
            correction1: 1 - power(0.9, step), correction2: 1 - power(0.99, step),
            decoupled: decoupled ? 1 : 0)
          let count = gradient.count
          tensors.parameter.withUnsafeMutableBufferPointer { parameter in
            withMutablePointers(&tensors.states) { states in
              guard let parameter = parameter.baseAddress else { return }
              optimizers.adam(
                parameter, gradient, states[0], states[1], count, gradientSettings, settings)
            }
          }
        },
        reference: { state, gradient, step in
          if decoupled { state.parameter -= rate * decay * state.parameter }
          let g = gradient + (decoupled ? 0 : decay * state.parameter)
          state.first = 0.9 * state.first + 0.1 * g
          state.second = 0.99 * state.second + 0.01 * g * g
          let mean = state.first / (1 - power(0.9, step))
          let square = state.second / (1 - power(0.99, step))
          state.parameter -= rate * mean / (square.squareRoot() + epsilon)
        })
    }

  static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { product, _ in product * base }
  }

  static func withMutablePointers(
    _ arrays: inout [[Float]], _ body: ([UnsafeMutablePointer<Float>]) -> Void
  ) {
    let width = arrays[0].count
    var joined = Array(arrays.joined())
    joined.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      body(arrays.indices.map { base + $0 * width })
    }
    arrays = arrays.indices.map { Array(joined[($0 * width)..<(($0 + 1) * width)]) }
  }

  func gradient(_ count: Int, step: Int) -> [Float] {
    samples(count, in: -3...3, seed: UInt64(100 + step))
  }

  @Test("follow PyTorch's equations over several steps", arguments: InstructionSet.supported, all)
  func equations(set: InstructionSet, optimizer: Case) {
    for count in oddCounts where count > 0 {
      var tensors = Tensors(count: count)
      var references = tensors.parameter.map { ReferenceState(parameter: Double($0)) }
      for step in 1...5 {
        let gradient = gradient(count, step: step)
        optimizer.step(set.optimizers, &tensors, gradient, step)
        for i in references.indices {
          let g = min(max(0.5 * Double(gradient[i]), -0.8), 0.8)
          optimizer.reference(&references[i], g, step)
        }
      }
      expectClose(tensors.parameter, references.map(\.parameter), tolerance: 1e-5)
    }
  }

  @Test("give the same bits however the tensor is cut", arguments: InstructionSet.supported, all)
  func cuts(set: InstructionSet, optimizer: Case) {
    let count = 100
    for cut in [1, 16, 37, 99] {
      var whole = Tensors(count: count)
      var first = whole.slice(0..<cut), rest = whole.slice(cut..<count)
      for step in 1...3 {
        let gradient = gradient(count, step: step)
        optimizer.step(set.optimizers, &whole, gradient, step)
        optimizer.step(set.optimizers, &first, Array(gradient[..<cut]), step)
        optimizer.step(set.optimizers, &rest, Array(gradient[cut...]), step)
      }
      #expect(first + rest == whole)
    }
  }

  @Test("write nothing outside the tensor", arguments: InstructionSet.supported, oddCounts)
  func bounds(set: InstructionSet, count: Int) {
    let gradient = gradient(count, step: 1), zeros = gradient.map { _ in Float(0) }
    let none = lembra_gradient_settings(scale: 1, clip: .infinity)
    let settings = lembra_adam_settings(
      learning_rate: 1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weight_decay: 0, correction1: 0.1,
      correction2: 0.01, decoupled: 0)
    // The first step of Adam goes the learning rate against the gradient's sign.
    let parameter = updated(zeros) { parameter in
      _ = updated(zeros) { mean in
        _ = updated(zeros) {
          set.optimizers.adam(parameter, gradient, mean, $0, count, none, settings)
        }
      }
    }
    expectClose(parameter, gradient.map { $0 > 0 ? -1 : 1 }, tolerance: 1e-5)
  }

  @Test("let a NaN in the gradient through the clipping", arguments: InstructionSet.supported)
  func nan(set: InstructionSet) {
    let clip = lembra_gradient_settings(scale: 1, clip: 1)
    let settings = lembra_sgd_settings(learning_rate: 1, momentum: 0, weight_decay: 0, nesterov: 0)
    let gradient: [Float] = [.nan, .infinity, -.infinity, 0.5]
    let result = updated([0, 0, 0, 0]) {
      set.optimizers.sgd($0, gradient, nil, 4, clip, settings)
    }
    #expect(result[0].isNaN && result.dropFirst() == [-1, 1, -0.5])
  }
}
