internal import Scheduler

// Equal threads as permutations of the engine.

extension Encoding {
  /// Makes room for all that another encoding has room for.
  mutating func join(_ other: Encoding) {
    (isRaw, hasAddresses) = (isRaw || other.isRaw, hasAddresses || other.hasAddresses)
    include(other.low)
    include(other.low &+ Int64(bitPattern: other.span &- 1))
  }
}

extension Scalarset {
  /// The threads whose readers somebody waits for, as a mask.
  static let readers = Scalarset("readers")
}

extension LoweredProgram {
  /// What the values of a slot name, if they name threads.
  func scalarset(of slot: Int) -> Scalarset? {
    if PerThreadSlots.isWriter(Int32(slot), in: self) { return .owner }
    return rcuWaits.contains(Int32(slot)) ? .readers : nil
  }
}

extension EqualThreads {
  /// Gives slots whose values change places the same bits.
  func unify(_ encodings: inout [Encoding]) {
    for slots in alike {
      var joined = encodings[Int(slots[0])]
      for slot in slots { joined.join(encodings[Int(slot)]) }
      for slot in slots { encodings[Int(slot)] = joined }
    }
    if classes.isEmpty { return }
    // Every mask of readers may become any other.
    for slot in program.rcuWaits where slot >= 0 {
      encodings[Int(slot)].include(1 << Int64(program.threads.count) - 1)
    }
  }

  /// The exchanges of each thread with the first one of its class.
  ///
  /// `slotsByName` has, by the name of a cell, the slot that it holds.
  func permutations(of system: System, slotsByName: [String: Int]) -> [Permutation] {
    let fields = system.layout.fields
    let numbers = Dictionary(
      fields.indices.map { (fields[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    var cells: [Int32: Int] = [:]
    for (name, slot) in slotsByName { cells[Int32(slot)] = numbers[name] }
    let names = program.threads.map(\.name)
    return classes.flatMap { members in
      members.dropFirst().compactMap { thread -> Permutation? in
        let first = members[0]
        var images = Array(fields.indices)
        func exchange(_ left: Int?, _ right: Int?) {
          if let left, let right { (images[left], images[right]) = (right, left) }
        }
        for (slot, other) in exchanged(thread, first) { exchange(cells[slot], cells[other]) }
        for suffix in ["at", "script"] {
          exchange(numbers["\(names[thread]).\(suffix)"], numbers["\(names[first]).\(suffix)"])
        }
        var threads = Array(names.indices)
        threads.swapAt(thread, first)
        var renaming: Permutation.Renaming = [:]
        if waitsForReaders {
          renaming[.readers] = Self.masks(of: names.count, exchanging: thread, first)
        }
        return Permutation(of: system, threads: threads, cells: images, renaming: renaming)
      }
    }
  }

  /// What becomes of the masks of so many threads when two change places.
  private static func masks(
    of count: Int, exchanging one: Int, _ other: Int
  ) -> [UInt64: UInt64] {
    var images: [UInt64: UInt64] = [:]
    for mask in 1..<UInt64(1) << UInt64(count) {
      let differs = (mask >> UInt64(one) ^ mask >> UInt64(other)) & 1
      images[mask] = mask ^ (differs << UInt64(one) | differs << UInt64(other))
    }
    return images
  }
}
