/// What a guest does to memory.
package enum Access: Hashable, Sendable {
  case load, store

  /// The bits that hardware needs set in the leaf.
  var referenceAndChange: PTE.Bits { self == .store ? [.referenced, .changed] : .referenced }

  /// Whether an entry's permissions allow the access.
  ///
  /// The architecture's write permission includes reading; hardware and
  /// `kvmhv_translate_addr_nested` agree on that.
  func isPermitted(by entry: PTE) -> Bool {
    entry.isPresent
      && (entry.has(.write) || (self == .load && entry.has(.read)))
  }
}
