/// Divides the states of a finished search into regions, by number.
///
/// At first all are in region 0. Looking for components gives each one found a region of its own,
/// and leaves what lies on no cycle in none.
final class StateRegions {
  private let regions: ReservedMemory<UInt32>
  /// When the depth-first search that goes on has come to a state, from 1; 0 if it has not.
  private let arrivals: ReservedMemory<UInt32>
  private var latest: UInt32 = 0
  /// Whether there is address space for every state; otherwise nothing can be noted.
  let hasRoom: Bool

  /// The region of what belongs to none.
  static let none = UInt32.max
  /// Bytes in use.
  let bytes: Int

  init(states: Int, in space: AddressSpace) {
    regions = ReservedMemory(capacity: states, in: space)
    arrivals = ReservedMemory(capacity: states, in: space)
    bytes = states * 8
    hasRoom = min(regions.capacity, arrivals.capacity) >= states
  }

  subscript(state: UInt32) -> UInt32 { regions[Int(state)] }

  func arrival(at state: UInt32) -> UInt32 { arrivals[Int(state)] }

  func arrive(at state: UInt32, as arrival: UInt32) { arrivals[Int(state)] = arrival }

  /// Takes a state out of the region that is being searched.
  func move(_ state: UInt32, to region: UInt32) {
    regions[Int(state)] = region
    arrivals[Int(state)] = 0
  }

  /// A region that no state belongs to yet.
  func open() -> UInt32 {
    latest += 1
    return latest
  }
}

/// States any of which can be reached from any, by one step or more: runs can go round in them.
struct Component {
  let region: UInt32
  let states: [UInt32]
}
