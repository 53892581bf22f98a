package import Scheduler

/// `kvmhv_insert_nest_rmap`: adds an entry to an rmap list unless an equal one is there.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_nested.c, `kvmhv_insert_nest_rmap` and
/// `for_each_nest_rmap_safe`, read at 6.1.192. Runs under `mmu_lock`.
/// The new node's own fields are written by its allocator, before anyone else can see it; what is
/// left of `llist_add` is one step on the list's head. Knob `dedupe=off` leaves the scan out.
package final class InsertNestRmap: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case readRmap, storeSingle, compareEntry, clearSingle, llistAdd, linkSingle

    package var function: String? { "kvmhv_insert_nest_rmap" }
  }

  /// What changes while it runs; shared by the machines of one thread.
  package struct Cells: Sendable {
    let point: Cell<Point>
    /// `entry` of the iterator: the words not yet looked at.
    let cursor: Cell<RmapWord>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      point = layout.cell("\(name).point", bits: Point.bits, role: .local(thread))
      cursor = layout.cell(
        "\(name).cursor", bits: kvm.widths.rmapWord, role: .local(thread))
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let cells: Cells
  private let entry: RmapEntry
  /// `*n_rmap`: the node to use, plus one; 0 once it is used.
  private let node: Cell<UInt16>
  /// Where `gpte.raddr` is kept, and the slot that it lies in: they say whose list.
  private let gpte: Cell<PTE>
  private let memslot: Cell<MemslotRef>
  /// Whether the list is scanned for an equal entry.
  private let isScanned: Bool

  init(
    _ kvm: KVM, _ radix: RadixTables, _ cells: Cells, entry: RmapEntry, node: Cell<UInt16>,
    gpte: Cell<PTE>,
    memslot: Cell<MemslotRef>
  ) {
    self.radix = radix
    (self.kvm, self.cells, self.entry) = (kvm, cells, entry)
    (self.node, self.gpte, self.memslot) = (node, gpte, memslot)
    isScanned = kvm.knobs(for: InsertNestRmap.self).dedupe == .on
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let slot = state[memslot]
    kvm.memslots.touchRmap(state, slot: slot.slot)
    let rmapp = radix.rmap.heads[kvm.memslots.backing(slot, gfn: state[gpte].frame)]
    switch state[point] {
    case .readRmap:  // is the word empty?
      let word = state[rmapp]
      if word.isEmpty {
        state[point] = .storeSingle
      } else if isScanned {
        state[cells.cursor] = word
        state[point] = .compareEntry
      } else {
        state[point] = word.isSingle ? .clearSingle : .llistAdd
      }
    case .storeSingle:  // the entry itself, tagged; the node is not used
      state[rmapp] = .single(entry)
      return complete(state)
    case .compareEntry:  // for_each_nest_rmap_safe: kvmhv_n_rmap_is_equal
      let found = radix.rmap.next(state, at: state[cells.cursor])
      if let (old, rest) = found, old != entry, !rest.isEmpty {
        state[cells.cursor] = rest
        return .advanced
      }
      state[cells.cursor] = .empty
      if let (old, _) = found, old == entry { return complete(state) }
      state[point] = state[rmapp].isSingle ? .clearSingle : .llistAdd
    case .clearSingle:  // the single entry is taken out of the word and kept
      state[cells.cursor] = state[rmapp]
      state[rmapp] = .empty
      state[point] = .llistAdd
    case .llistAdd:  // llist_add puts the node at the head
      let index = Int(state[node]) &- 1
      state[radix.rmap.nodeNext, index] = state[rmapp]
      state[rmapp] = .node(index)
      if state[cells.cursor].isEmpty {
        state[node] = 0
        return complete(state)
      }
      state[point] = .linkSingle
    case .linkSingle:  // the kept entry goes behind the node; the node is used
      state[radix.rmap.nodeNext, Int(state[node]) &- 1] = state[cells.cursor]
      state[node] = 0
      return complete(state)
    }
    return .advanced
  }

  private func complete<R>(_ state: StateView<R>) -> Outcome {
    state[cells.cursor] = .empty
    state[point] = .readRmap
    return .completed
  }
}
