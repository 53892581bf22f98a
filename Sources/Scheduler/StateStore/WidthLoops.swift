/// The innermost loops of a search, compiled for a number of words of a state.
///
/// They copy, compare and hash states, which is much quicker when the number of words is a
/// constant. Everything around them is compiled once, and calls them through these closures, once
/// a batch.
struct WidthLoops: Sendable {
  /// See ``Successors/expand(_:_:)``.
  let expand: @Sendable (_ successors: Successors, _ states: StateRow, _ batch: Int) -> Void
  /// See ``LookupBatch/add(_:from:_:to:_:_:)``.
  let add:
    @Sendable (
      _ lookups: LookupBatch, _ successors: Successors, _ origins: StateRow, _ batch: Int,
      _ store: StateStore, _ level: InsertionMode, _ block: inout StateNumberBlock
    ) -> Int

  /// The loops for states of `words` words.
  init(words: Int) {
    switch words {
    case 1: self.init(Exactly<1>())
    case 2: self.init(Exactly<2>())
    case 3: self.init(Exactly<3>())
    case 4: self.init(Exactly<4>())
    case 5: self.init(Exactly<5>())
    case 6: self.init(Exactly<6>())
    case 7: self.init(Exactly<7>())
    case 8: self.init(Exactly<8>())
    case 9: self.init(Exactly<9>())
    case 10: self.init(Exactly<10>())
    default: self.init(AnyWidth(words: words))
    }
  }

  private init<W: Width>(_ width: W) {
    expand = { $0.expand($1, $2, width) }
    add = { $0.add($1, from: $2, $3, to: $4, $5, &$6, width) }
  }
}
