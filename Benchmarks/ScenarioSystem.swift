import Glibc
import RaceModel
import Scheduler

/// The system of a row of `scenarios/large/NAME.json5`, below the current folder.
func scenarioSystem(_ name: String, row: String) throws -> System {
  let path = "scenarios/large/\(name).json5"
  let scenario = try ScenarioReader.read(bytes(of: path), file: path)
  guard let row = scenario.rows.first(where: { $0.name == row }) else {
    fatalError("\(path) has no row \(row)")
  }
  return scenario.system(for: row)
}

/// The bytes of a file below the root of the repository.
func bytes(of path: String) -> [UInt8] {
  // The tests run elsewhere.
  let root = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
  guard let file = fopen(path, "r") ?? fopen("/\(root)/\(path)", "r") else {
    fatalError("\(path) cannot be read: bench runs at the root of the repository")
  }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  while case let byte = getc(file), byte != EOF { bytes.append(UInt8(byte)) }
  return bytes
}
