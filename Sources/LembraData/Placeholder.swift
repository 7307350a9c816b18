enum LembraDataPlaceholder {}
