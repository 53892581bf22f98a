/// A world, the threads that run in it, the properties to check, and the kernels to check them on.
///
/// A value of this type has been validated by the reader: names resolve, numbers are in range.
package struct Scenario: Hashable, Sendable {
  /// Kebab-case, unique in its folder; equals the file's name without `.json5`.
  package var name: String
  /// One sentence for `explore list scenarios`.
  package var summary: String
  package var machine: Machine
  package var threads: [ThreadScript]
  package var properties: [PropertySpec]
  /// States that every row must reach, or it is reported as vacuous.
  package var sometimes: [Landmark]
  package var rows: [Row]
  /// What the scenario goes back to: facts, patches, threads on a list.
  package var cites: [String]
  /// Words by which all its rows are chosen, in the order of the file.
  package var tags: [String]

  package init(
    name: String, summary: String, machine: Machine, threads: [ThreadScript],
    properties: [PropertySpec], sometimes: [Landmark], rows: [Row], cites: [String] = [],
    tags: [String] = []
  ) {
    (self.name, self.summary, self.machine) = (name, summary, machine)
    (self.threads, self.properties) = (threads, properties)
    (self.sometimes, self.rows, self.cites, self.tags) = (sometimes, rows, cites, tags)
  }

  /// The host as it stands before any thread has taken a step.
  package struct Machine: Hashable, Sendable {
    /// `kvm->arch.lpid`: the hardware LPID of L1, 1...4095.
    package var lpid: Int
    package var slots: [Slot]
    package var pages: [HostPage]
    package var guests: [NestedGuest]
    package var vcpus: [VCPU]
    /// The guest's hashed page table; nil for a radix one.
    package var hpt: HashedTable?

    package init(
      lpid: Int, slots: [Slot], pages: [HostPage], guests: [NestedGuest], vcpus: [VCPU],
      hpt: HashedTable? = nil
    ) {
      (self.lpid, self.slots, self.pages) = (lpid, slots, pages)
      (self.guests, self.vcpus, self.hpt) = (guests, vcpus, hpt)
    }
  }

  /// A hashed page table: its entries by index, of which there are as many as the scenario needs.
  package struct HashedTable: Hashable, Sendable {
    package var entries: [HashedEntry]

    package init(entries: [HashedEntry]) { self.entries = entries }
  }

  /// An entry of a hashed table as it stands at the start: free, valid, or absent.
  package struct HashedEntry: Hashable, Sendable {
    /// The guest frame that the guest's view names; nil for a free entry, like `bits`.
    package var gfn: Int?
    /// Permission, R and C of a valid entry and of the guest's view of it.
    package var bits: EntryBits?
    /// Whether the entry is ABSENT: the guest's, with no real page behind it.
    package var isAbsent: Bool

    package init(gfn: Int? = nil, bits: EntryBits? = nil, isAbsent: Bool = false) {
      (self.gfn, self.bits, self.isAbsent) = (gfn, bits, isAbsent)
    }
  }

  /// A memory slot: `npages` guest frames from `baseGFN` on.
  package struct Slot: Hashable, Sendable {
    package var id: Int
    package var baseGFN: Int
    package var npages: Int
    /// `KVM_MEM_LOG_DIRTY_PAGES`; the slot then has a dirty bitmap.
    package var logDirty: Bool
    /// `KVM_MEM_READONLY`.
    package var readOnly: Bool
    /// Whether the VMM maps the whole slot with one huge page.
    package var isHuge: Bool
    /// The large leaf in `kvm->arch.pgtable`; nil is absent.
    package var leaf: EntryBits?
    /// The order in which its pages are numbered; nil is as they lie, as in every file.
    var order: [Int]?

    package init(
      id: Int, baseGFN: Int, npages: Int, logDirty: Bool, readOnly: Bool, isHuge: Bool = false,
      leaf: EntryBits? = nil
    ) {
      (self.id, self.baseGFN, self.npages) = (id, baseGFN, npages)
      (self.logDirty, self.readOnly) = (logDirty, readOnly)
      (self.isHuge, self.leaf) = (isHuge, leaf)
    }
  }

  /// An L1 page, the host frame behind it, and L0's entry for it.
  package struct HostPage: Hashable, Sendable {
    package var gfn: Int
    /// Host real page number; unique among the pages.
    package var rpn: Int
    /// The entry in `kvm->arch.pgtable`; nil is absent.
    package var host: EntryBits?
    /// Whether the VMM's own Linux page table maps the page for writing.
    package var vmmWritable: Bool
    /// Whether a guest has stored to the page before the scenario starts, and no harvest reported
    /// it.
    package var written: Bool

    package init(
      gfn: Int, rpn: Int, host: EntryBits?, vmmWritable: Bool, written: Bool = false
    ) {
      (self.gfn, self.rpn, self.host) = (gfn, rpn, host)
      (self.vmmWritable, self.written) = (vmmWritable, written)
    }
  }

  /// A nested guest `gp` with the L2 pages that the scenario speaks of.
  package struct NestedGuest: Hashable, Sendable {
    /// The number L1 chose, 0...4095.
    package var l1LPID: Int
    /// The hardware LPID L0 chose, 1...4095, unlike any other.
    package var shadowLPID: Int
    package var pages: [L2Page]
    /// Whether L0 has an object for it already, because some vCPU has entered it.
    package var isKnown: Bool

    package init(l1LPID: Int, shadowLPID: Int, pages: [L2Page], isKnown: Bool = true) {
      (self.l1LPID, self.shadowLPID) = (l1LPID, shadowLPID)
      (self.pages, self.isKnown) = (pages, isKnown)
    }
  }

  /// An L2 page: L1's entry for it and L0's shadow of that.
  package struct L2Page: Hashable, Sendable {
    /// L2 real page number, in pages of 64 KiB.
    package var n: Int
    /// L1's entry; nil is absent.
    package var gpte: L1Entry?
    /// The entry in `gp->shadow_pgtable`, mapping the frame behind `gpte`; nil is absent.
    package var shadow: EntryBits?
    /// Whether the page is on the rmap list of the gfn that `gpte` names.
    package var onRmap: Bool

    package init(n: Int, gpte: L1Entry?, shadow: EntryBits?, onRmap: Bool) {
      (self.n, self.gpte, self.shadow, self.onRmap) = (n, gpte, shadow, onRmap)
    }
  }

  /// An entry in L1's partition-scoped table, L2 real to L1 real.
  package struct L1Entry: Hashable, Sendable {
    package var gfn: Int
    package var bits: EntryBits

    package init(gfn: Int, bits: EntryBits) { (self.gfn, self.bits) = (gfn, bits) }
  }

  /// A virtual processor, on a core of its own with a TLB of its own.
  package struct VCPU: Hashable, Sendable {
    package var name: String
    /// The nested guest it runs: an index into `machine.guests`; 0 in a machine without any.
    package var guest: Int
    package var tlb: [TLBEntry]
    /// Whether it is inside the nested guest when the scenario starts, and not in L1.
    package var startsNested: Bool

    package init(name: String, guest: Int, tlb: [TLBEntry], startsNested: Bool = true) {
      (self.name, self.guest, self.tlb) = (name, guest, tlb)
      self.startsNested = startsNested
    }
  }

  /// A translation cached before the scenario starts, of the frame behind page `n`'s `gpte`.
  package struct TLBEntry: Hashable, Sendable {
    /// An index into the guest's `pages`.
    package var page: Int
    package var bits: EntryBits

    package init(page: Int, bits: EntryBits) { (self.page, self.bits) = (page, bits) }
  }

  /// A thread and the paths it runs, one after another.
  package struct ThreadScript: Hashable, Sendable {
    package var name: String
    package var run: [PathCall]

    package init(name: String, run: [PathCall]) { (self.name, self.run) = (name, run) }
  }

  /// One kernel to check, and what must come of it.
  package struct Row: Hashable, Sendable {
    /// Unique in the file.
    package var name: String
    package var kernel: Kernel
    /// Replaces the scenario's threads in this row.
    package var threads: [ThreadScript]?
    /// Nil for a row that is run to see what comes of it.
    package var expectation: Expectation?
    /// Landmarks that this row must reach besides the scenario's.
    package var sometimes: [Landmark]
    /// What the row shows, for the report; may be empty.
    package var note: String
    /// Words by which the row is chosen, besides those of the scenario.
    package var tags: [String]
    /// Where the row's name stands in its file.
    package var position: SourcePosition

    package init(
      name: String, kernel: Kernel, threads: [ThreadScript]?, expectation: Expectation?,
      sometimes: [Landmark], note: String, tags: [String] = [], at position: SourcePosition
    ) {
      (self.name, self.kernel, self.threads) = (name, kernel, threads)
      (self.expectation, self.sometimes) = (expectation, sometimes)
      (self.note, self.tags, self.position) = (note, tags, position)
    }
  }

  /// The verdict that a row must give.
  package enum Expectation: Hashable, Sendable {
    case holds
    /// Exactly these break, each a property or an always-on check; sorted, not empty.
    case violated([String])
  }
}
