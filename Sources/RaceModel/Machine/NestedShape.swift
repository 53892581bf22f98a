/// Which L2 pages, guest objects and rmap entries there can be: known before any cell is laid out.
struct NestedShape {
  let l2Pages: [NestedGuests.L2Page]
  let objects: [NestedGuests.GuestObject]
  /// The rmap words' entries as the kernel stores them, without the tag; distinct.
  let entryValues: [UInt64]

  init(_ machine: Scenario.Machine, _ use: KVM.Use) {
    var values: [UInt64] = []
    var l2Pages: [NestedGuests.L2Page] = []
    for (guest, description) in machine.guests.enumerated() {
      for page in description.pages {
        let value = RmapEntry.value(lpid: description.l1LPID, n: page.n)
        if !values.contains(value) { values.append(value) }
        l2Pages.append(
          NestedGuests.L2Page(
            guest: guest, n: page.n, l1LPID: description.l1LPID,
            entry: RmapEntry(values.firstIndex(of: value) ?? 0)))
      }
    }
    self.l2Pages = l2Pages
    entryValues = values
    objects = Self.objects(of: machine, use, l2Pages)
  }

  /// By entry: the L2 page that `find_kvm_nested_guest_pte` finds for it.
  var pageOfEntry: [Int] {
    entryValues.indices.map { entry in l2Pages.firstIndex { $0.entry.index == entry } ?? 0 }
  }

  /// The objects that L0 can come to have: one for each guest it knows, one for each entry.
  private static func objects(
    of machine: Scenario.Machine, _ use: KVM.Use, _ l2Pages: [NestedGuests.L2Page]
  ) -> [NestedGuests.GuestObject] {
    let guests = machine.guests
    let counts = guests.indices.map { guest in
      max(
        1,
        (guests[guest].isKnown ? 1 : 0) + (use.entries[guest] ?? 0)
          + (use.nested.newObjects[guest] ?? 0))
    }
    // Later objects get LPIDs that nobody has, by the guests' own and not by their places in the
    // list.
    var spare = (guests.flatMap { [$0.l1LPID, $0.shadowLPID] } + [machine.lpid]).max() ?? 1
    var lpids = guests.map { [$0.shadowLPID] }
    for guest in guests.indices.sorted(by: { guests[$0].l1LPID < guests[$1].l1LPID }) {
      let later = counts[guest] - 1
      lpids[guest] += (0..<later).map { spare + 1 + $0 }
      spare += later
    }
    let letters = ["", "b", "c", "d", "e", "f", "g", "h", "i"]
    var objects: [NestedGuests.GuestObject] = []
    var (shadow, firstPage) = (0, 0)
    for (guest, description) in guests.enumerated() {
      for instance in 0..<counts[guest] {
        objects.append(
          NestedGuests.GuestObject(
            name: "\(description.l1LPID)" + letters[min(instance, 8)], guest: guest,
            instance: instance, shadowLPID: lpids[guest][instance], firstShadow: shadow,
            firstPage: firstPage, pageCount: description.pages.count))
        shadow += description.pages.count
      }
      firstPage += description.pages.count
    }
    return objects
  }
}
