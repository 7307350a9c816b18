extension Double {
  /// The nearest number of two decimal digits, for what has a size but no exact value.
  var short: Double {
    Double(NumberText.significant(self, digits: 2)) ?? self
  }

  /// The nearest number with so many decimals.
  func rounded(decimals: Int) -> Double {
    Double(NumberText.fixed(self, decimals: decimals, grouped: false)) ?? self
  }
}
