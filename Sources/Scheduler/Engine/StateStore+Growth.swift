/// How the table grows, while no worker uses it.
extension StateStore {
  /// Doubles the table in place.
  ///
  /// A tag holds the hash bits that choose a place as long as there are at most 2^32 places. Lines
  /// are walked down. An entry moves to about twice its place, to a line beyond all that are still to
  /// be walked, where only moved entries lie; as nothing is ever taken out there, it will be found. Entries
  /// for which that is not so, at the table's two ends, are set aside and added last.
  func grow() {
    let old = capacity
    doubleCapacity()
    var aside: [UInt64] = []
    for line in stride(from: old / 8 - 1, through: 0, by: -1) {
      for place in line * 8..<line * 8 + 8 {
        let entry = table[place]
        if entry == 0 { break }
        table[place] = 0
        let new = self.line(of: entry)
        if new <= line || !put(entry, in: new, mayWrap: false) { aside.append(entry) }
      }
    }
    for entry in aside { _ = put(entry, in: line(of: entry), mayWrap: true) }
  }

  /// Puts an entry into the first empty place from a line on; false when that lies around the
  /// table's corner.
  private func put(_ entry: UInt64, in line: Int, mayWrap: Bool) -> Bool {
    let last = capacity - 1
    var place = line * 8
    while table[place] != 0 {
      if place == last && !mayWrap { return false }
      place = (place + 1) & last
    }
    table[place] = entry
    return true
  }
}
