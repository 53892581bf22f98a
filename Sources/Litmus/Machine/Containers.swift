/// What `container_of` makes of addresses, in memory that nobody counts references to.
final class Containers: @unchecked Sendable {
  /// By kind, then by location: the location of the container; -1 where nothing is known of it.
  private let tables: UnsafeMutablePointer<Int32>
  private let distances: UnsafeMutablePointer<Int64>
  private let locationCount: Int
  /// By location that stands for a container: the member that it was made of; -1 elsewhere, and 0
  /// for NULL.
  private let members: UnsafeMutablePointer<Int32>
  private let memberDistances: UnsafeMutablePointer<Int64>
  private let memberSizes: UnsafeMutablePointer<Int64>

  init(_ program: LoweredProgram) {
    locationCount = program.slotOfLocation.count
    let locations = 0..<locationCount
    tables = ProgramImage.copy(
      program.containers.flatMap { table in
        locations.map { Int32(table.locations[$0] ?? -1) }
      })
    distances = ProgramImage.copy(program.containers.map { Int64($0.distance) })
    members = ProgramImage.copy(locations.map { Int32(program.members[$0]?.location ?? -1) })
    memberDistances = ProgramImage.copy(
      locations.map { Int64(program.members[$0]?.distance ?? 0) })
    memberSizes = ProgramImage.copy(locations.map { Int64(program.members[$0]?.size ?? 0) })
  }

  func distance(_ kind: Int) -> Int64 { distances[kind] }

  /// The address of the container, of a kind, of the member at a location, which is 0 for NULL;
  /// nil where nothing is known of it.
  func container(of location: Int64, _ kind: Int) -> Int64? {
    guard location >= 0 else { return nil }
    let found = tables[kind &* locationCount &+ Int(location)]
    return found < 0 ? nil : Address.value(of: Int(found))
  }

  /// The address of what lies so many cells from the start of a container that is not there: its
  /// member, or nothing.
  func part(
    of location: Int64, at cells: Int64, _ image: ProgramImage
  ) -> (address: Int64, fault: Finding?) {
    let member = members[Int(location)]
    if member < 0 { return (0, .outOfBounds) }
    let inner = cells &- memberDistances[Int(location)]
    guard inner >= 0, inner < memberSizes[Int(location)] else {
      return (0, member == 0 ? .null : .wild)
    }
    if member == 0 { return (image.besideMemory(0, inner), nil) }
    return image.part(of: Address.value(of: Int(member)), at: inner)
  }

  deinit {
    tables.deallocate()
    distances.deallocate()
    members.deallocate()
    memberDistances.deallocate()
    memberSizes.deallocate()
  }
}
