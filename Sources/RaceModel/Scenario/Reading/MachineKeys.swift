enum MachineKeys {
  static let lpid = Key("lpid", .integer(1...4095), .defaultsTo(.integer(1)))
  static let slots = Key("slots", objects(SlotKeys.all, count: 1...8))
  static let pages = Key("pages", objects(PageKeys.all, count: 1...64))
  /// Required without `hpt`, refused with it.
  static let guests = Key("guests", objects(GuestKeys.all, count: 1...8), .optional)
  static let vcpus = Key("vcpus", objects(VCPUKeys.all, count: 0...16))
  static let hpt = Key("hpt", objects(HashedEntryKeys.all, count: 1...16), .optional)

  static let all = [lpid, slots, pages, guests, vcpus, hpt]

  static func objects(_ keys: [Key], count: ClosedRange<Int>) -> Shape {
    .list(of: .object(keys, .refused), count: count, .allowed)
  }
}

/// The values of a slot's `flags`.
enum SlotFlag: String, CaseIterable {
  case logDirty = "log-dirty"
  case readOnly = "readonly"
}

enum SlotKeys {
  static let ids = 0...32767
  static let gfns = 0...0xFFFFFF

  static let id = Key("id", .integer(ids))
  static let baseGFN = Key("base_gfn", .integer(gfns))
  static let npages = Key("npages", .integer(1...64))
  static let flags = Key("flags", RootKeys.names(.slotFlags, atLeast: 0), .optional)

  static let huge = Key("huge", .flag, .optional)
  static let leaf = Key("leaf", .entry(.allowed), .defaultsTo(.text(Shape.absent)))

  static let all = [id, baseGFN, npages, flags, huge, leaf]
}

enum PageKeys {
  static let gfn = Key("gfn", .integer(SlotKeys.gfns))
  static let rpns = 1...0xFFFF

  static let rpn = Key("rpn", .integer(rpns))
  static let host = Key("host", .entry(.allowed), .defaultsTo(.text(Shape.absent)))
  static let vmm = Key(
    "vmm", .choice(noun: "vmm mapping", VMMMapping.allCases.map(\.rawValue)),
    .defaultsTo(.text(VMMMapping.writable.rawValue)))
  static let written = Key("written", .flag, .optional)

  static let all = [gfn, rpn, host, vmm, written]

  /// The values of `vmm`.
  enum VMMMapping: String, CaseIterable { case writable, readonly }
}

enum GuestKeys {
  static let lpids = 0...4095

  static let l1LPID = Key("l1_lpid", .integer(lpids))
  static let shadowLPID = Key("shadow_lpid", .integer(1...4095))
  static let pages = Key("pages", MachineKeys.objects(L2PageKeys.all, count: 1...64))

  static let entered = Key("entered", .flag, .optional)

  static let all = [l1LPID, shadowLPID, pages, entered]
}

enum L2PageKeys {
  static let numbers = 0...(1 << 36) - 1

  static let n = Key("n", .integer(numbers))
  static let gpte = Key("gpte", .object(L1EntryKeys.all, .allowed), .optional)
  static let shadow = Key("shadow", .entry(.allowed), .defaultsTo(.text(Shape.absent)))
  /// Left out, it follows `shadow`.
  static let rmap = Key("rmap", .flag, .optional)

  static let all = [n, gpte, shadow, rmap]
}

enum L1EntryKeys {
  static let gfn = Key("gfn", .integer(SlotKeys.gfns))
  static let bits = Key("bits", .entry(.refused))

  static let all = [gfn, bits]
}

/// An entry of the hashed table; without keys it is free.
enum HashedEntryKeys {
  static let gfn = Key("gfn", .integer(SlotKeys.gfns), .optional)
  static let bits = Key("bits", .entry(.refused), .optional)
  static let absent = Key("absent", .flag, .optional)

  static let all = [gfn, bits, absent]
}

enum VCPUKeys {
  static let name = Key("name", .name(.thread))
  /// Required without `hpt`, refused with it.
  static let l1LPID = Key("l1_lpid", .integer(GuestKeys.lpids), .optional)
  static let tlb = Key("tlb", MachineKeys.objects(TLBKeys.all, count: 0...64), .optional)

  static let context = Key(
    "context", .choice(noun: "context", Context.allCases.map(\.rawValue)),
    .defaultsTo(.text(Context.l2.rawValue)))

  static let all = [name, l1LPID, tlb, context]

  /// The values of `context`.
  enum Context: String, CaseIterable { case l1, l2 }
}

enum TLBKeys {
  static let n = Key("n", .integer(L2PageKeys.numbers))
  static let bits = Key("bits", .entry(.refused))

  static let all = [n, bits]
}
