// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "explore",
  products: [
    .executable(name: "explore", targets: ["explore"]),
    .library(name: "Scheduler", targets: ["Scheduler"]),
    .library(name: "Reporting", targets: ["Reporting"]),
  ],
  targets: [
    .target(name: "Scheduler", swiftSettings: settings),
    .target(name: "Reporting", dependencies: ["Scheduler"], swiftSettings: settings),
    .target(name: "RaceModel", dependencies: ["Scheduler"], swiftSettings: settings),
    .target(name: "Litmus", dependencies: ["Scheduler"], swiftSettings: settings),
    .executableTarget(
      name: "explore", dependencies: ["Litmus", "RaceModel", "Reporting", "Scheduler"],
      // The folder `schemas` by a link, as resources have to be below their target.
      resources: [
        .embedInCode("Schemas/list.schema.json"), .embedInCode("Schemas/replay.schema.json"),
        .embedInCode("Schemas/report.schema.json"), .embedInCode("Schemas/scenario.schema.json"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "bench", dependencies: ["Litmus", "RaceModel", "Scheduler"], path: "Benchmarks",
      exclude: ["Promela", "Races"], swiftSettings: settings),
    .testTarget(
      name: "SchedulerTests", dependencies: ["Reporting", "Scheduler"], swiftSettings: settings),
    .testTarget(
      name: "ReportingTests", dependencies: ["Reporting", "Scheduler"], swiftSettings: settings),
    .testTarget(
      name: "RaceModelTests", dependencies: ["RaceModel", "Scheduler"],
      exclude: ["Scenario/Malformed", "Scenario/Valid"], swiftSettings: settings),
    .testTarget(
      name: "LitmusTests", dependencies: ["bench", "Litmus", "Reporting", "Scheduler"],
      swiftSettings: settings),
    .testTarget(
      name: "ExploreTests",
      dependencies: ["explore", "Litmus", "RaceModel", "Reporting", "Scheduler"],
      exclude: ["Goldens"], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
