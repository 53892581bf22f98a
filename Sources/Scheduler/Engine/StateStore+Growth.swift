/// How the table grows, while no worker uses it.
extension StateStore {
  /// Doubles the table in place.
  ///
  /// A tag holds the hash bits that choose a place as long as there are at most 2^32 places.
  /// Walking down, an entry moves to about twice its place, beyond everything not yet walked. Entries that
  /// lie too low or too far up for that, because probing had moved them on or wrapped around, are
  /// set aside and added last.
  func grow() {
    let old = capacity
    doubleCapacity()
    preferLargePages()
    var aside: [UInt64] = []
    for index in stride(from: old - 1, through: 0, by: -1) {
      let entry = table[index]
      if entry == 0 { continue }
      table[index] = 0
      let home = home(of: entry)
      // Half the new home is the old one, give or take one.
      if home < index || home / 2 > index || !put(entry, from: home, before: capacity) {
        aside.append(entry)
      }
    }
    for entry in aside {
      let home = home(of: entry)
      if !put(entry, from: home, before: capacity) { _ = put(entry, from: 0, before: home) }
    }
  }

  /// Puts an entry into the first empty place of a range; false when there is none.
  private func put(_ entry: UInt64, from first: Int, before end: Int) -> Bool {
    var place = first
    while place < end {
      if table[place] == 0 {
        table[place] = entry
        return true
      }
      place += 1
    }
    return false
  }
}
