// swift-tools-version:6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
  .treatAllWarnings(as: .error),
]

let cSettings: [CSetting] = [
  .define("NDEBUG", .when(configuration: .release)),
  .treatAllWarnings(as: .error),
]

/// A test target for the library target of the same name.
func tests(_ name: String, _ dependencies: Target.Dependency...) -> Target {
  .testTarget(
    name: name + "Tests",
    dependencies: [.target(name: name), "LembraTestSupport"] + dependencies,
    resources: [.copy("Fixtures")],
    swiftSettings: swiftSettings)
}

/// A program in the folder `Examples`.
func example(_ name: String) -> Target {
  .executableTarget(
    name: name, dependencies: ["Lembra"], path: "Examples/\(name)", swiftSettings: swiftSettings)
}

let package = Package(
  name: "lembra",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "Lembra", targets: ["Lembra"]),
    .library(name: "LembraReport", targets: ["LembraReport"]),
    .executable(name: "lembra", targets: ["LembraCLI"]),
  ],
  traits: [
    .default(enabledTraits: ["CSV", "Command", "Gzip"]),
    .trait(name: "CSV", description: "Reading tables from CSV files."),
    .trait(name: "Gzip", description: "Reading texts that are compressed with gzip, by zlib."),
    .trait(name: "Command", description: "The command `lembra`."),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
  ],
  targets: [
    // MARK: - Library
    .target(name: "CLembraKernels", cSettings: cSettings),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "LembraTensor", dependencies: ["CLembraKernels"], swiftSettings: swiftSettings),
    .target(
      name: "LembraLayers",
      dependencies: ["CLembraKernels", "LembraTensor"],
      swiftSettings: swiftSettings),
    .target(
      name: "LembraFormats",
      dependencies: ["LembraTensor", "LembraLayers"],
      swiftSettings: swiftSettings),
    .target(
      name: "LembraData",
      dependencies: [
        "LembraTensor",
        .target(name: "CZlib", condition: .when(traits: ["Gzip"])),
        .product(name: "SwiftCSV", package: "SwiftCSV", condition: .when(traits: ["CSV"])),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "LembraTraining",
      dependencies: ["LembraTensor", "LembraLayers", "LembraFormats"],
      swiftSettings: swiftSettings),
    .target(
      name: "LembraModels",
      dependencies: [
        "LembraTensor", "LembraLayers", "LembraFormats", "LembraData", "LembraTraining",
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "LembraReport",
      dependencies: ["LembraData", "LembraTraining", "LembraModels"],
      swiftSettings: swiftSettings),
    .target(
      name: "Lembra",
      dependencies: [
        "LembraTensor", "LembraLayers", "LembraFormats", "LembraData", "LembraTraining",
        "LembraModels",
      ],
      swiftSettings: swiftSettings),

    // MARK: - Tools
    .executableTarget(
      name: "LembraCLI",
      dependencies: [
        "CLembraKernels", "Lembra", "LembraReport",
        .product(
          name: "ArgumentParser", package: "swift-argument-parser",
          condition: .when(traits: ["Command"])),
      ],
      swiftSettings: swiftSettings),

    example("AddingProblem"),
    example("AddNumbers"),
    example("ClassifyTexts"),
    example("ReberGrammar"),
    example("TagWords"),
    example("TranslateLines"),
    example("WriteText"),

    // MARK: - Tests
    .target(
      name: "LembraTestSupport",
      dependencies: ["LembraTensor", "LembraLayers"],
      swiftSettings: swiftSettings),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter", cSettings: cSettings),
    tests("LembraTensor", "CLembraKernels"),
    tests("LembraLayers", "LembraFormats", "CAllocationCounter"),
    tests("LembraFormats"),
    tests("LembraData"),
    tests("LembraTraining"),
    tests("LembraModels"),
    tests("LembraReport"),
    tests(
      "LembraCLI", "AddingProblem", "AddNumbers", "ClassifyTexts", "ReberGrammar", "TagWords",
      "TranslateLines", "WriteText"),
  ]
)
