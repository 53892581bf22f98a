/// States one after another in memory, at even distances.
struct StateRow {
  let first: Words
  /// The words from one state to the next.
  let stride: Int

  @inline(__always) subscript(index: Int) -> Words { first + index &* stride }
}
