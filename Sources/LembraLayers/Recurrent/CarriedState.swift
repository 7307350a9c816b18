public import LembraTensor

/// The state that a recurrent model hands on from one chunk of its streams to the next.
public protocol CarriedState: Sendable {
  /// The same numbers as constants, through which no gradient flows.
  var detached: Self { get }
}

extension Tensor: CarriedState {}

extension Array: CarriedState where Element: CarriedState {
  public var detached: [Element] { map(\.detached) }
}
