internal import Scheduler

extension RaceSystem {
  /// The id of the property that nothing is lost which was allocated.
  static let leaksID = "leaks"
  static let leaksSentence = "At the end some pointer leads to everything that is allocated."

  /// The property that no object of a pool is allocated at the end to which no pointer leads: of a
  /// global, of a thread that still lives, or of an object to which one does.
  static func leaks(_ machines: [ThreadMachine]) -> Property {
    let search = LeakSearch(machines[0].image, machines[0].cells)
    return Property(
      leaksID, sentence: leaksSentence, kind: .atEnd { search.leak(in: $0) < 0 },
      explain: { state in
        let object = search.leak(in: state)
        return object < 0 ? nil : "nothing points to \(search.name(of: object)), which is allocated"
      })
  }
}

/// Looks for objects that are allocated, and to which no pointer leads.
final class LeakSearch: @unchecked Sendable {
  private let image: ProgramImage
  private let cells: SystemCells
  /// The slots of pointers that are no part of an object of a pool and outlive the threads that
  /// must end.
  private let roots: UnsafeMutablePointer<Int32>
  private let rootCount: Int
  /// By slot: whether it can hold an address.
  private let holdsAddress: UnsafeMutablePointer<Bool>
  /// The objects of all pools, by their numbers.
  private let objects: UnsafeMutablePointer<Int32>
  private let count: Int
  /// By object: its place among them; -1 for others.
  private let places: UnsafeMutablePointer<Int32>

  init(_ image: ProgramImage, _ cells: SystemCells) {
    (self.image, self.cells) = (image, cells)
    let program = image.program
    let pooled = program.objects.indices.filter { program.objects[$0].lifetime == .pooled }
    count = pooled.count
    objects = ProgramImage.copy(pooled.map { Int32($0) })
    var places = Array(repeating: Int32(-1), count: program.objects.count)
    for (place, object) in pooled.enumerated() { places[object] = Int32(place) }
    self.places = ProgramImage.copy(places)
    let inPools = Set(pooled.flatMap { program.objects[$0].slots })
    var holds = Array(repeating: false, count: program.slots.count)
    let addresses = cells.addressSlots.filter { cells.all[Int($0)].register < 0 }
    for slot in addresses { holds[Int(slot)] = true }
    holdsAddress = ProgramImage.copy(holds)
    let roots = addresses.filter { slot in
      // What a thread that has ended still has in a local, nobody can use.
      let outlives = program.slots[Int(slot)].thread.map { program.threads[$0].isDaemon } ?? true
      return outlives && !inPools.contains(slot)
    }
    self.roots = ProgramImage.copy(roots)
    rootCount = roots.count
  }

  deinit {
    roots.deallocate()
    holdsAddress.deallocate()
    objects.deallocate()
    places.deallocate()
  }

  /// The number of an object that is lost in a state; -1 if none is.
  func leak(in state: Property.State) -> Int32 {
    let memory = StateMemory(state, cells)
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, count)) { found in
      found.initialize(repeating: 0)
      return leak(memory, found)
    }
  }

  /// `found` is 1 for what has been come to, and 2 for that whose members have been followed too.
  private func leak<Memory: MachineMemory>(
    _ memory: Memory, _ found: UnsafeMutableBufferPointer<UInt8>
  ) -> Int32 {
    func follow(_ slot: Int32) -> Bool {
      let location = memory.read(slot) &- Address.base
      guard location >= 0, location < Int64(image.locationCount) else { return false }
      let object = image.objectOfLocation[Int(location)]
      guard object >= 0, places[Int(object)] >= 0, found[Int(places[Int(object)])] == 0 else {
        return false
      }
      found[Int(places[Int(object)])] = 1
      return true
    }
    for index in 0..<rootCount { _ = follow(roots[index]) }
    var isNew = true
    while isNew {
      isNew = false
      for place in 0..<count where found[place] == 1 {
        found[place] = 2
        let object = image.lives[Int(objects[place])]
        for slot in object.slots where holdsAddress[Int(slot)] && follow(slot) { isNew = true }
      }
    }
    for place in 0..<count where found[place] == 0 {
      let life = image.lives[Int(objects[place])].life
      if memory.read(life) == LifeStage.alive.rawValue { return objects[place] }
    }
    return -1
  }

  func name(of object: Int32) -> String { image.program.objects[Int(object)].name }
}
