internal import Scheduler

extension Scenario {
  /// The permutations of guests, pages, vCPUs and threads that the scenario's text allows.
  ///
  /// Where its lists can be read in another order without a difference but for names, things of
  /// equal place change places. The system is laid out once more for each order, and says by its
  /// cells' names where each cell goes.
  func permutations(
    of system: System, _ kvm: KVM, kernel: Kernel, threads: [ThreadScript], landmarks: [Landmark]
  ) -> [Permutation] {
    let anonymous = AnonymousScenario(machine, threads.map(\.run))
    return Relistings(machine, threads).equal().compactMap { listing in
      var other = self
      other.machine = listing.relisted(machine)
      let scripts = listing.threads.map { number in
        ThreadScript(
          name: threads[number].name, run: listing.relisted(threads[number].run, machine))
      }
      let (relisted, otherKVM) = other.assembled(
        kernel: kernel, threads: scripts, landmarks: landmarks)
      let names = kvm.names(in: otherKVM).merging(
        frames(anonymous, AnonymousScenario(other.machine, scripts.map(\.run)))
      ) { $1 }
      return Permutation(of: system, as: relisted, renaming: names, parts: kvm.parts(in: otherKVM))
    }
  }

  private func frames(_ anonymous: AnonymousScenario, _ other: AnonymousScenario)
    -> Permutation.Renaming
  {
    func pairs(_ old: [Int], _ new: [Int]) -> [UInt64: UInt64] {
      Dictionary(
        zip(old, new).map { (UInt64($0), UInt64($1)) }, uniquingKeysWith: { first, _ in first })
    }
    return [
      .hostFrame: pairs(anonymous.rpns, other.rpns), .guestFrame: pairs(anonymous.gfns, other.gfns),
    ]
  }
}

extension KVM {
  /// What the numbers of things become when those at one place here and in `other` change places.
  fileprivate func names(in other: KVM) -> Permutation.Renaming {
    let pages = images(geometry.pages.map(\.gfn), other.geometry.pages.map(\.gfn))
    let slots = images(machine.slots.map(\.id), other.machine.slots.map(\.id))
    let objects = images(objectNames, other.objectNames)
    let entries = images(entryValues, other.entryValues)
    func pairs(_ images: [Int], _ bits: (Int) -> UInt64) -> [UInt64: UInt64] {
      Dictionary(uniqueKeysWithValues: images.enumerated().map { (bits($0), bits($1)) })
    }
    let versions = machine.slots.indices.flatMap { slot in
      memslots.versions[slot].indices.map { version in
        (
          MemslotRef(slot: slot, version: version).cellBits,
          MemslotRef(slot: slots[slot], version: version).cellBits
        )
      }
    }
    return [
      .page: pairs(pages) { PageRef($0).cellBits },
      .memslot: Dictionary(uniqueKeysWithValues: versions),
      .object: pairs(objects) { UInt64($0 + 1) },
      .rmapEntry: pairs(entries) { RmapEntry($0).cellBits },
      .rmapWord: pairs(entries) { RmapWord.single(RmapEntry($0)).cellBits },
    ]
  }

  /// What changes places, for reports.
  fileprivate func parts(in other: KVM) -> [Permutation.Parts] {
    func parts<Name: Equatable>(
      _ kind: String, _ old: [Name], _ new: [Name], _ text: (Name) -> String
    ) -> Permutation.Parts {
      Permutation.Parts(kind, names: old.map(text), becoming: images(old, new))
    }
    let (l1LPIDs, others) = (machine.guests.map(\.l1LPID), other.machine.guests.map(\.l1LPID))
    return [
      parts("guests", l1LPIDs, others) { "\($0)" },
      parts("pages", geometry.pages.map(\.gfn), other.geometry.pages.map(\.gfn), \.hex),
      parts("L2 pages", entryValues, other.entryValues) { RmapLists.name(of: $0) },
      parts("vCPUs", machine.vcpus.map(\.name), other.machine.vcpus.map(\.name)) { $0 },
    ]
  }

  private var objectNames: [String] {
    switch tables {
    case .radix(let radix): radix.nested.objects.map(\.name)
    case .hashed: []
    }
  }

  private var entryValues: [UInt64] {
    switch tables {
    case .radix(let radix): radix.rmap.entryValues
    case .hashed: []
    }
  }

  /// By place: where what `new` has there stands in `old`.
  private func images<Name: Equatable>(_ old: [Name], _ new: [Name]) -> [Int] {
    new.indices.map { old.firstIndex(of: new[$0]) ?? $0 }
  }
}
