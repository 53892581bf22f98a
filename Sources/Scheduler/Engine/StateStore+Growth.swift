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
        if entry == 0 { continue }
        table[place] = 0
        let home = home(of: entry)
        if home / 8 <= line || !put(entry, home: home, mayWrap: false) { aside.append(entry) }
      }
    }
    for entry in aside { _ = put(entry, home: home(of: entry), mayWrap: true) }
  }

  /// Puts an entry into its first empty place; false when that lies around the table's corner.
  private func put(_ entry: UInt64, home: Int, mayWrap: Bool) -> Bool {
    let last = UInt64(capacity - 1)
    let home = UInt64(home)
    var place = home
    while table[Int(place)] != 0 {
      let next = next(after: place, from: home, last)
      if next >> 3 < place >> 3 && !mayWrap { return false }
      place = next
    }
    table[Int(place)] = entry
    return true
  }
}
