// One import for all library targets.

@_exported public import LembraData
@_exported public import LembraFormats
@_exported public import LembraLayers
@_exported public import LembraModels
@_exported public import LembraTensor
@_exported public import LembraTraining
