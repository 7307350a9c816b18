enum LembraModelsPlaceholder {}
