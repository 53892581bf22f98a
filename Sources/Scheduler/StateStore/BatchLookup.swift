import Synchronization

/// Finding states again, one or a batch.
extension StateStore {
  /// The number of the state equal to `words`, if it was added.
  @inline(__always) func find(_ words: Words, hash: UInt64) -> Int? {
    let lines = table.lines.load(ordering: .relaxed)
    var home = StateTable.home(hash, lines)
    while true {
      let line = table.line(home)
      for place in line.start(hash)..<TableLine.places {
        let entry = line.entry(place).pointee.load(ordering: .relaxed)
        if entry == 0 { return nil }
        if (entry ^ hash) &>> 32 == 0 {
          let number = StateTable.number(in: entry)
          if width.equal(state(number), words) { return number }
        }
      }
      home = table.next(home, lines)
    }
  }

  /// Loads what adding the successors of a batch will need, so that the cache misses overlap; returns for
  /// how many there is a guess at their number, and lists them.
  ///
  /// These are loops of few instructions, in which nothing is mispredicted, so that many loads are under way at
  /// once. Notes the place of the table where each successor is or belongs, for all but a few.
  @inline(__always)
  func touch(_ successors: Successors<W>, _ touched: inout UInt64) -> Int {
    let (lines, count) = (table.lines.load(ordering: .relaxed), successors.count)
    let (hashes, places, numbers) = (successors.hashes, successors.places, successors.numbers)
    let (list, others) = (successors.list, successors.fresh)
    // As locals they stay in registers, unlike the store's own.
    let (table, states) = (table.memory.base, state(0))
    @inline(__always) func line(_ number: Int) -> TableLine {
      TableLine(table + number &* TableLine.words)
    }
    var sum = touched
    var index = 0
    while index < count {
      sum ^= line(StateTable.home(hashes[index], lines)).touch()
      index &+= 1
    }
    var lost = 0
    index = 0
    while index < count {
      let hash = hashes[index]
      let home = StateTable.home(hash, lines)
      let (place, isFound) = line(home).guess(hash)
      places[index] = UInt32(truncatingIfNeeded: home &* TableLine.words | place)
      list[lost] = UInt32(truncatingIfNeeded: index)
      lost &+= isFound ? 0 : 1
      index &+= 1
    }
    // Most of these have a full line, and are in the next one.
    index = 0
    while index < lost {
      sum ^= line(self.table.next(StateTable.home(hashes[Int(list[index])], lines), lines)).touch()
      index &+= 1
    }
    index = 0
    while index < lost {
      let hash = hashes[Int(list[index])]
      let home = StateTable.home(hash, lines)
      if line(home).start(hash) == TableLine.places {
        let next = self.table.next(home, lines)
        places[Int(list[index])] = UInt32(
          truncatingIfNeeded: next &* TableLine.words | line(next).guess(hash).place)
      }
      index &+= 1
    }
    // The mark of another state may look the same, but hardly ever the tag.
    var mistaken = 0
    index = 0
    while index < count {
      let place = Int(places[index])
      let entry = line(place &>> TableLine.logOfWords).entry(place & (TableLine.words &- 1)).pointee
        .load(ordering: .acquiring)
      numbers[index] = UInt32(truncatingIfNeeded: entry)
      others[mistaken] = UInt32(truncatingIfNeeded: index)
      // Without a branch, which would often be mispredicted.
      mistaken &+= ((entry ^ hashes[index]) &>> 32 == 0 ? 0 : 1) & (entry == 0 ? 0 : 1)
      index &+= 1
    }
    index = 0
    while index < mistaken {
      let other = Int(others[index])
      (places[other], numbers[other]) = search(for: hashes[other], from: places[other], lines)
      index &+= 1
    }
    var likely = 0
    index = 0
    while index < count {
      list[likely] = UInt32(truncatingIfNeeded: index)
      likely &+= numbers[index] == 0 ? 0 : 1
      index &+= 1
    }
    index = 0
    while index < likely {
      let state = states + (Int(numbers[Int(list[index])]) &- 1) &* recordWords
      sum ^= state[0]
      // A state of several cache lines is compared to its end.
      if width.words > 2 { sum ^= state[width.words &- 1] }
      index &+= 1
    }
    touched = sum
    return likely
  }

  /// The place where there is an entry with the hash's tag, or the first where there is none at all, and what is in
  /// the lower half of it; the lines before that of `place` are full of others.
  ///
  /// The line is searched from its start: ``TableLine/guess(_:)`` may have overlooked an entry whose mark is missing.
  @inline(__always)
  private func search(for hash: UInt64, from place: UInt32, _ lines: Int) -> (UInt32, UInt32) {
    var number = Int(place) &>> TableLine.logOfWords
    var first = 0
    while true {
      let line = table.line(number)
      while true {
        let place = line.start(hash, from: first)
        if place == TableLine.places { break }
        let entry = line.entry(place).pointee.load(ordering: .acquiring)
        if entry == 0 || (entry ^ hash) &>> 32 == 0 {
          return (
            UInt32(truncatingIfNeeded: number &* TableLine.words | place),
            UInt32(truncatingIfNeeded: entry)
          )
        }
        first = place &+ 1
      }
      number = table.next(number, lines)
      first = 0
    }
  }

  /// Adds a state at a place of the table, if that is still empty; otherwise as
  /// ``insert(_:hash:from:_:into:)`` does.
  @inline(__always)
  func insert(
    _ words: Words, hash: UInt64, at place: UInt32, from parent: Parent, _ level: InsertionMode,
    into allotment: inout StateNumberBlock
  ) -> (number: Int, isNew: Bool) {
    let entry = entry(at: place)
    // Relaxed, as nothing is read by what it says.
    if entry.pointee.load(ordering: .relaxed) == 0 {
      let number = write(words, parent, level, &allotment)
      if publish(StateTable.entry(hash, number), in: entry, level) == 0 {
        let line = table.line(Int(place) &>> TableLine.logOfWords)
        line.mark(Int(place) & (TableLine.words &- 1), hash)
        allotment.advance()
        return (number, true)
      }
    }
    return insert(words, hash: hash, near: place, from: parent, level, into: &allotment)
  }

  /// Adds a state if there is none at a place of the table, which is not empty, nor elsewhere.
  ///
  /// A function of its own: few steps of a batch lead to a state that another one has just led to.
  @inline(never)
  private func insert(
    _ words: Words, hash: UInt64, near place: UInt32, from parent: Parent, _ level: InsertionMode,
    into allotment: inout StateNumberBlock
  ) -> (number: Int, isNew: Bool) {
    let found = entry(at: place).pointee.load(ordering: .acquiring)
    if (found ^ hash) &>> 32 == 0 {
      let number = StateTable.number(in: found)
      if width.equal(state(number), words) {
        arrive(at: number, from: parent, level)
        return (number, false)
      }
    }
    return insert(words, hash: hash, from: parent, level, into: &allotment)
  }
}
