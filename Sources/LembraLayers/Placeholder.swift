enum LembraLayersPlaceholder {}
