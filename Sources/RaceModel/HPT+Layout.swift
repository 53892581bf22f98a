internal import Scheduler

extension HPT {
  /// The locks that the lock bits of entries and rmap words stand for.
  ///
  /// Entry before rmap word is the order of hypercalls and faults, the other that of unmapping, which
  /// therefore only tries for the entry: they nest either way.
  static func locks(entries: Int, backings: [String]) -> [Lock.Declaration] {
    (0..<entries).map { .init("hpte[\($0)].HVLOCK", .spin, rank: 4, nests: true) }
      + backings.map { .init("rmap[\($0)].lock", .spin, rank: 4, nests: true) }
  }

  /// Lays out `table`; `backings` are the guest frames of the VMM's pages, and `rpn` their frames.
  init(
    _ table: Scenario.HashedTable, backings: [Int], rpn: (Int) -> Int, largestFrame: Int,
    vcpus: [Scenario.VCPU], _ use: KVM.Use, locks: ArraySlice<Lock>, in layout: inout Layout
  ) {
    let entries = table.entries
    let indices = Array(entries.indices)
    hpteLocks = Array(locks.prefix(entries.count))
    rmapLocks = Array(locks.dropFirst(entries.count))
    let largestGFN =
      (backings + entries.compactMap(\.gfn) + use.enteredGFNs + use.updates.values.flatMap(\.bases))
      .max() ?? 1
    widths = Widths(
      second: HPTESecond.width(frame: max(largestFrame, largestGFN)),
      index: Layout.bits(for: max(entries.count - 1, 1)))
    first = layout.row(
      named: indices.map { "hpte[\($0)].v" }, bits: HPTEFirst.bits,
      initial: entries.map { $0.bits == nil ? [] : $0.isAbsent ? .absent : .valid })
    second = layout.row(
      named: indices.map { "hpte[\($0)].r" }, bits: widths.second,
      initial: entries.map { entry in
        guard let gfn = entry.gfn, let bits = entry.bits, !entry.isAbsent else { return .zero }
        return HPTESecond(bits, frame: rpn(gfn))
      })
    guestRPTE = layout.row(
      named: indices.map { "rev[\($0)].guest_rpte" }, bits: widths.second,
      initial: entries.map { entry in
        guard let gfn = entry.gfn, let bits = entry.bits else { return .zero }
        return HPTESecond(bits, frame: gfn)
      })
    // The chains as linking the entries one after another would leave them.
    let chains = backings.map { gfn in
      indices.filter { entries[$0].gfn == gfn && entries[$0].bits != nil && !entries[$0].isAbsent }
    }
    func neighbour(_ step: Int) -> [UInt8] {
      indices.map { index in
        guard let chain = chains.first(where: { $0.contains(index) }),
          let place = chain.firstIndex(of: index)
        else { return 0 }
        return UInt8(chain[(place + step + chain.count) % chain.count])
      }
    }
    forw = layout.row(
      named: indices.map { "rev[\($0)].forw" }, bits: widths.index, initial: neighbour(1))
    back = layout.row(
      named: indices.map { "rev[\($0)].back" }, bits: widths.index, initial: neighbour(-1))
    rmap = layout.row(
      named: backings.map { "rmap[\($0.hex)]" }, bits: HPTRmapWord.width(entries: entries.count),
      initial: chains.map { HPTRmapWord(head: $0.first, []) })
    tlbSlots = use.hptAccesses
    tlb = layout.row(
      named: tlbSlots.map { "tlb[\(vcpus[$0.core].name),hpte \($0.index)]" },
      bits: HPTTranslation.width(frame: largestFrame), initial: tlbSlots.map { _ in .none })
    vcpusRunning = layout.cell(
      "vcpus_running", bits: Layout.bits(for: vcpus.count), initial: UInt8(vcpus.count))
    carriesC = layout.row(
      named: indices.map { "carries-c[\($0)]" }, bits: 1, role: .ghost,
      initial: entries.map { $0.bits?.changed == true && !$0.isAbsent },
      print: { $0 ? "1" : "0" })
  }
}

extension SlotUpdate {
  /// The guest frame that the slot comes to begin at, if it moves.
  var bases: [Int] { if case .move(let base) = self { [base] } else { [] } }
}
