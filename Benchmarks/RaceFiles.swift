import Litmus
import Scheduler

/// Explores the program of a row of `Benchmarks/Races/NAME.race`, below the current folder.
func exploreRace(
  _ name: String, row: String, _ options: Explorer.Options
) throws -> Benchmark.Explored {
  let path = "Benchmarks/Races/\(name).race"
  return try exploreRace(bytes(of: path), named: path, row: row, options)
}

/// Explores the program of a row of a race file.
func exploreRace(
  _ bytes: [UInt8], named path: String, row: String, _ options: Explorer.Options
) throws -> Benchmark.Explored {
  let file = try RaceFile(bytes, named: path, language: .race)
  guard let row = file.rows.first(where: { $0.name == row }) else {
    fatalError("\(path) has no row \(row)")
  }
  var program = try RaceProgram(file, defines: row.defines, labels: Set(row.labels))
  // The machines assert the opposite of this beside each release.
  let counter = StepCounter("shadow_has_more")
  program.stepCounter = counter
  let result = program.explore(options)
  return Benchmark.Explored(
    system: result.system, exploration: result.exploration, violations: counter.count)
}
