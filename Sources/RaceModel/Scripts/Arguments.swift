/// The arguments that paths take.
///
/// Those that name a thing of the machine are indices of it, or its number; a path that takes one
/// more kind of thing adds it here, and to the schema.
package enum Argument {
  /// The vCPU that executes the call, which runs on one thread.
  package static let vcpu = vcpu(
    label: "vcpu", meaning: "the vCPU that executes it, on one thread only")

  /// A vCPU whose core something happens to, whoever executes what.
  package static let core = vcpu(label: "core", meaning: "the vCPU whose core it happens to")

  /// A page of the guest that the vCPU of the call runs.
  package static let page = page(
    label: "page", meaning: "a page of the guest that the vCPU runs, by its L2 real page number"
  ) { call, machine in
    machine.vcpus[call[vcpu]].guest
  }

  /// A page of the guest that the call names.
  package static let pageOfGuest = page(
    label: "page-of-guest", meaning: "a page of that guest, by its L2 real page number"
  ) { call, _ in call[guest] }

  /// A guest frame that the machine has a page for.
  package static let gfn = PathArgument<Int>(
    Key("gfn", .integer(SlotKeys.gfns)), label: "gfn",
    meaning: "a guest frame that the machine has a page for", example: "0x100",
    resolve: { reading throws(ScenarioFault) in
      let gfn = reading.integer
      guard reading.machine.page(ofGFN: gfn) != nil else {
        throw ScenarioFault(.gfnWithoutPage(gfn), at: reading.position)
      }
      return gfn
    },
    show: { gfn, _, _ in gfn.hex }, renumber: { $2.gfn($0) })

  /// Any guest frame.
  package static let anyGFN = PathArgument<Int>(
    gfn.key, label: "any-gfn", meaning: "a guest frame, of any slot or none",
    example: gfn.example, resolve: { $0.integer }, show: gfn.show, renumber: gfn.renumber,
    identify: gfn.identify)

  /// The host frame that the page gets, one that no other page has; 0, or left out, for none.
  package static let rpn = PathArgument<Int>(
    Key("rpn", .integer(0...PageKeys.rpns.upperBound), .defaultsTo(.integer(0))), label: "rpn",
    meaning: "the host frame that the page gets, one that no other page has; 0 for none",
    example: "0x30",
    resolve: { reading throws(ScenarioFault) in
      let rpn = reading.integer
      let others = reading.machine.pages.filter { $0.gfn != reading.call[gfn] }
      if let other = others.first(where: { $0.rpn == rpn }) {
        throw ScenarioFault(.frameInUse(rpn: rpn, gfn: other.gfn), at: reading.position)
      }
      return rpn
    },
    show: { rpn, _, _ in rpn.hex }, renumber: { rpn, _, numbers in rpn == 0 ? 0 : numbers.rpn(rpn) }
  )

  /// The guest to which L1 gave a number: an index into `machine.guests`.
  package static let guest = PathArgument<Int>(
    Key("l1_lpid", .integer(GuestKeys.lpids)), label: "guest",
    meaning: "the nested guest, by the number that L1 gave it", example: "1",
    resolve: { reading throws(ScenarioFault) in
      let (lpid, guests) = (reading.integer, reading.machine.guests)
      guard let index = guests.firstIndex(where: { $0.l1LPID == lpid }) else {
        throw ScenarioFault(
          .unknownReference(.guest, "\(lpid)", known: guests.map { "\($0.l1LPID)" }),
          at: reading.position)
      }
      return index
    },
    show: { guest, _, machine in "\(machine.guests[guest].l1LPID)" },
    renumber: { $2.guest($0) })

  /// L1's new entry, which must map a page of the machine; removed when left out.
  package static let gpte = PathArgument<Scenario.L1Entry?>(
    Key("gpte", .object(L1EntryKeys.all, .allowed), .optional), label: "gpte",
    meaning: "L1's new entry, which maps a page of the machine; removed when left out",
    example: "{ gfn: 0x100, bits: \"r-x R-\" }",
    resolve: { reading throws(ScenarioFault) in
      guard let entry = reading.object.objectIfPresent(reading.key),
        let bits = entry.entry(L1EntryKeys.bits)
      else { return nil }
      let gfn = entry.integer(L1EntryKeys.gfn)
      guard reading.machine.page(ofGFN: gfn) != nil else {
        throw ScenarioFault(.gfnWithoutPage(gfn), at: entry.position(of: L1EntryKeys.gfn))
      }
      return Scenario.L1Entry(gfn: gfn, bits: bits)
    },
    show: { entry, _, _ in entry.map { "\($0.gfn.hex) \($0.bits)" } ?? "absent" },
    renumber: { entry, _, numbers in
      entry.map { .init(gfn: numbers.gfn($0.gfn), bits: $0.bits) }
    },
    identify: { entry in
      entry.map { "Optional(RaceModel.Scenario.L1Entry(gfn: \($0.gfn), bits: \($0.bits)))" }
        ?? "nil"
    })

  /// Whether the root in L1's partition table is set, or zeroed.
  package static let root = choice(
    "root", "set", "zero", label: "isSet", meaning: "what L1 does with the guest's root")

  /// 0 for translations, 1 for the page-walk cache, 2 for all and the cached partition entry.
  package static let ric = PathArgument<RIC>(
    Key("ric", .integer(0...2)), label: "ric",
    meaning: "0 for translations, 1 for the page-walk cache, 2 for all and the partition entry",
    example: "2",
    resolve: { RIC(rawValue: $0.integer) ?? .all },
    show: { ric, _, _ in "\(ric.rawValue)" }, identify: { "ric: RaceModel.RIC.\($0)" })

  /// The memory slot with an id: an index into `machine.slots`.
  package static let slot = PathArgument<Int>(
    Key("slot", .integer(SlotKeys.ids)), label: "slot",
    meaning: "the memory slot, by its id", example: "0",
    resolve: { reading throws(ScenarioFault) in
      let (id, slots) = (reading.integer, reading.machine.slots)
      guard let index = slots.firstIndex(where: { $0.id == id }) else {
        throw ScenarioFault(
          .unknownReference(.slot, "\(id)", known: slots.map { "\($0.id)" }),
          at: reading.position)
      }
      return index
    },
    show: { slot, _, machine in "\(machine.slots[slot].id)" }, renumber: { $2.slot($0) })

  /// The guest frame that the slot of the call is moved to; the slot then overlaps no other, nor,
  /// with a radix table, its old place.
  package static let base = PathArgument<Int>(
    Key("base_gfn", .integer(SlotKeys.gfns)), label: "base",
    meaning: "the guest frame that the slot is moved to, where it overlaps no other slot",
    example: "0x200",
    resolve: { reading throws(ScenarioFault) in
      let (base, machine) = (reading.integer, reading.machine)
      let own = machine.slots[reading.call[slot]]
      let last = base + own.npages - 1
      guard last <= SlotKeys.gfns.upperBound else {
        throw ScenarioFault(
          .slotEndsBeyond(lastGFN: last, limit: SlotKeys.gfns.upperBound), at: reading.position)
      }
      if let other = machine.slots.first(where: {
        (base...last).overlaps($0.gfns) && ($0.id != own.id || machine.table == .radix)
      }) {
        throw ScenarioFault(.moveOverlaps(id: own.id, otherID: other.id), at: reading.position)
      }
      return base
    },
    show: { base, _, _ in base.hex }, renumber: { $2.gfn($0, ofSlot: $1[slot]) },
    identify: { "RaceModel.SlotUpdate.move(base: \($0))" })

  /// The index of an entry of the hashed table.
  package static let index = PathArgument<Int>(
    Key("pte_index", .integer(0...15)), label: "index",
    meaning: "an entry of the hashed table, by its place", example: "0",
    resolve: { reading throws(ScenarioFault) in
      let index = reading.integer
      let count = reading.machine.hpt?.entries.count ?? 0
      guard index < count else {
        throw ScenarioFault(.noHashedEntry(index, count: count), at: reading.position)
      }
      return index
    },
    show: { index, _, _ in "\(index)" })

  /// The guest's permission, R and C of an entry that it makes.
  package static let bits = PathArgument<Scenario.EntryBits>(
    Key("bits", .entry(.refused)), label: "bits",
    meaning: "permission, R and C of the entry that the guest makes", example: "\"rw- RC\"",
    resolve: { reading in
      guard let bits = reading.object.entry(reading.key) else {
        preconditionFailure("'bits' passed its shape but is no entry")
      }
      return bits
    },
    show: { bits, _, _ in "\(bits)" })

  /// Whether an entry permits writing from now on: rw, or ro.
  package static let protection = choice(
    "pp", "rw", "ro", label: "mayWrite", meaning: "what the entry permits from now on")

  /// How often the call is made at most; once when left out.
  package static let times = PathArgument<Int>(
    Key("times", .integer(1...8), .defaultsTo(.integer(1))), label: "times",
    meaning: "how often the call is made at most", example: "1",
    resolve: { $0.integer }, show: { times, _, _ in "\(times)" })
}

extension Argument {
  /// The name of a vCPU of the machine, for its index.
  private static func vcpu(label: String, meaning: String) -> PathArgument<Int> {
    PathArgument(
      Key("vcpu", .name(.thread)), label: label, meaning: meaning, example: "\"vcpu0\"",
      resolve: { reading throws(ScenarioFault) in
        let (name, vcpus) = (reading.object.text(reading.key), reading.machine.vcpus)
        guard let index = vcpus.firstIndex(where: { $0.name == name }) else {
          throw ScenarioFault(
            .unknownReference(.vcpu, name, known: vcpus.map(\.name)), at: reading.position)
        }
        return index
      },
      show: { vcpu, _, machine in machine.vcpus[vcpu].name }, renumber: { $2.vcpu($0) },
      identify: { "vcpu: \($0)" })
  }

  /// An L2 real page number, for its index among the pages of its guest.
  private static func page(
    label: String, meaning: String,
    ofGuest guest: @escaping @Sendable (PathCall, Scenario.Machine) -> Int
  ) -> PathArgument<Int> {
    PathArgument(
      Key("n", .integer(L2PageKeys.numbers)), label: label, meaning: meaning, example: "0x10",
      resolve: { reading throws(ScenarioFault) in
        let guest = reading.machine.guests[guest(reading.call, reading.machine)]
        return try ScenarioReader.pageIndex(of: reading.integer, in: guest, at: reading.position)
      },
      show: { page, call, machine in
        machine.guests[guest(call, machine)].pages[page].n.hex
      },
      renumber: { page, call, numbers in
        numbers.page(page, ofGuest: guest(call, numbers.machine))
      },
      identify: { "page: \($0)" })
  }

  /// One of two words, the first of which is true.
  private static func choice(
    _ key: String, _ yes: String, _ no: String, label: String, meaning: String
  ) -> PathArgument<Bool> {
    PathArgument(
      Key(key, .choice(noun: key, [yes, no])), label: label, meaning: meaning,
      example: "\"\(yes)\"",
      resolve: { $0.object.text($0.key) == yes }, show: { value, _, _ in value ? yes : no })
  }
}
