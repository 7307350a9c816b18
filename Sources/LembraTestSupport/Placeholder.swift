enum LembraTestSupportPlaceholder {}
