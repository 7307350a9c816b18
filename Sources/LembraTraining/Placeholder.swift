enum LembraTrainingPlaceholder {}
