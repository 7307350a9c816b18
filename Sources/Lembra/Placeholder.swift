enum LembraPlaceholder {}
