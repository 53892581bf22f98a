/// One run of a kernel path with its arguments resolved to indices.
package enum PathCall: Hashable, Sendable {
  /// `page` indexes the pages of the guest that the vCPU runs.
  case l2Load(vcpu: Int, page: Int)
  case l2Store(vcpu: Int, page: Int)
  case l1Load(vcpu: Int, gfn: Int)
  case l1Store(vcpu: Int, gfn: Int)
  /// `slot` indexes `machine.slots`.
  case getDirtyLog(slot: Int)
  case ageGFN(gfn: Int)
  /// The page gets the frame `rpn`, or none when it is 0.
  case invalidateRange(gfn: Int, rpn: Int)
  case enterNested(vcpu: Int)
  case exitNested(vcpu: Int)
  /// `guest` indexes `machine.guests`, `page` the pages of that guest.
  case tlbiePage(guest: Int, page: Int)
  case tlbieLPID(guest: Int, ric: RIC)
  case tlbieAll(ric: RIC)
  case copyFromGuest(vcpu: Int, page: Int)
  case copyToGuest(vcpu: Int, page: Int)
  /// L1 makes an entry, or removes it.
  case l1SetGpte(guest: Int, page: Int, Scenario.L1Entry?)
  /// L1 sets or zeroes the root of a guest in its partition table.
  case l1SetPartition(guest: Int, isSet: Bool)
  /// `slot` indexes `machine.slots`.
  case setMemslot(slot: Int, SlotUpdate)
  /// KVM_PPC_CONFIGURE_V3_MMU from radix to hash.
  case switchToHPT
  /// `index` is an entry of the hashed table.
  case hptLoad(vcpu: Int, index: Int)
  case hptStore(vcpu: Int, index: Int)
  case hEnter(vcpu: Int, index: Int, gfn: Int, bits: Scenario.EntryBits)
  case hRemove(vcpu: Int, index: Int)
  case hProtect(vcpu: Int, index: Int, mayWrite: Bool)
  /// User space has stopped the vCPU.
  case stopVCPU(vcpu: Int)
  /// The core drops all its cached translations.
  case flushTLB(vcpu: Int)
  /// The core may drop any of its cached translations, at most `times` times.
  case evictTLB(vcpu: Int, times: Int)
}

/// The paths that a scenario's threads can run, by the names that files use.
package enum PathName: String, CaseIterable, Sendable {
  case l2Load = "l2-load"
  case l2Store = "l2-store"
  case l1Load = "l1-load"
  case l1Store = "l1-store"
  case getDirtyLog = "get-dirty-log"
  case ageGFN = "age-gfn"
  case invalidateRange = "invalidate-range"
  case enterNested = "enter-nested"
  case exitNested = "exit-nested"
  case tlbiePage = "tlbie-page"
  case tlbieLPID = "tlbie-lpid"
  case tlbieAll = "tlbie-all"
  case copyFromGuest = "copy-from-guest"
  case copyToGuest = "copy-to-guest"
  case l1SetGpte = "l1-set-gpte"
  case l1SetPartition = "l1-set-partition"
  case deleteMemslot = "delete-memslot"
  case moveMemslot = "move-memslot"
  case startLogging = "start-logging"
  case stopLogging = "stop-logging"
  case switchToHPT = "switch-to-hpt"
  case hptLoad = "hpt-load"
  case hptStore = "hpt-store"
  case hEnter = "h-enter"
  case hRemove = "h-remove"
  case hProtect = "h-protect"
  case stopVCPU = "stop-vcpu"
  case flushTLB = "tlb-flush"
  case evictTLB = "tlb-evict"

  /// An argument of a path, by the key that files use.
  package enum Argument: String, CaseIterable, Sendable {
    /// The name of a vCPU of the machine.
    case vcpu
    /// An L2 real page number of the guest that the vCPU runs.
    case n
    /// An L1 page that the machine has.
    case gfn
    /// The host frame that the page gets, one that no other page has; 0, or left out, for none.
    case rpn
    /// The number that L1 gave a nested guest.
    case lpid = "l1_lpid"
    /// L1's new entry; removed when left out.
    case gpte
    /// Whether the root is set or zeroed.
    case root
    /// 0 for translations, 1 for the page-walk cache, 2 for all and the cached partition entry.
    case ric
    /// The id of a memory slot.
    case slot
    /// The guest frame that a slot is moved to.
    case base = "base_gfn"
    /// The index of an entry of the hashed table.
    case index = "pte_index"
    /// The guest's permission, R and C of an entry.
    case bits
    /// What an entry permits from now on: rw or ro.
    case protection = "pp"
    /// A count, 1...8; 1 when left out.
    case times
  }

  /// The arguments that must, or for `rpn`, `gpte` and `times` may, be given.
  package var arguments: [Argument] {
    switch self {
    case .l2Load, .l2Store: [.vcpu, .n]
    case .l1Load, .l1Store: [.vcpu, .gfn]
    case .getDirtyLog, .deleteMemslot, .startLogging, .stopLogging: [.slot]
    case .moveMemslot: [.slot, .base]
    case .switchToHPT: []
    case .ageGFN: [.gfn]
    case .invalidateRange: [.gfn, .rpn]
    case .enterNested, .exitNested, .flushTLB: [.vcpu]
    case .tlbiePage: [.lpid, .n]
    case .tlbieLPID: [.lpid, .ric]
    case .tlbieAll: [.ric]
    case .copyFromGuest, .copyToGuest: [.vcpu, .n]
    case .l1SetGpte: [.lpid, .n, .gpte]
    case .l1SetPartition: [.lpid, .root]
    case .hptLoad, .hptStore, .hRemove: [.vcpu, .index]
    case .hEnter: [.vcpu, .index, .gfn, .bits]
    case .hProtect: [.vcpu, .index, .protection]
    case .stopVCPU: [.vcpu]
    case .evictTLB: [.vcpu, .times]
    }
  }

  /// What the path does, in one sentence for `explore list paths`.
  package var summary: String {
    switch self {
    case .l2Load:
      "an L2 load: TLB, walk of the shadow table, HDSI and nested fault until it is done"
    case .l2Store:
      "an L2 store: TLB, walk of the shadow table, HDSI and nested fault until it is done"
    case .l1Load: "an L1 load: TLB, walk of the host table, HDSI and fault until it is done"
    case .l1Store: "an L1 store: TLB, walk of the host table, HDSI and fault until it is done"
    case .getDirtyLog: "the KVM_GET_DIRTY_LOG ioctl over one slot, as migration calls it"
    case .ageGFN: "aging of one page by the MMU notifier"
    case .invalidateRange:
      "the MMU notifier around a change of one page: start, another frame or none, end"
    case .enterNested: "H_ENTER_NESTED: finds or creates the guest's object and runs it"
    case .exitNested: "the way back from H_ENTER_NESTED: the reference is given back"
    case .tlbiePage: "H_TLB_INVALIDATE or H_RPT_INVALIDATE of one L2 page by L1"
    case .tlbieLPID: "H_TLB_INVALIDATE of a whole nested guest by L1"
    case .tlbieAll: "H_TLB_INVALIDATE of every nested guest by L1"
    case .copyFromGuest: "H_COPY_TOFROM_GUEST: a load from L2's memory on behalf of L1"
    case .copyToGuest: "H_COPY_TOFROM_GUEST: a store to L2's memory on behalf of L1"
    case .l1SetGpte: "L1 writes its entry for an L2 page; L0 is not told"
    case .l1SetPartition: "L1 sets or zeroes a guest's root in its partition table; L0 is not told"
    case .deleteMemslot: "KVM_SET_USER_MEMORY_REGION: the slot is deleted"
    case .moveMemslot: "KVM_SET_USER_MEMORY_REGION: the slot moves to other guest frames"
    case .startLogging: "KVM_SET_USER_MEMORY_REGION: dirty logging is switched on"
    case .stopLogging: "KVM_SET_USER_MEMORY_REGION: dirty logging is switched off"
    case .switchToHPT: "KVM_PPC_CONFIGURE_V3_MMU: the radix tables are freed"
    case .hptLoad: "a load by way of a hashed entry: TLB, walk, HDSI and fault until it is done"
    case .hptStore:
      "a store by way of a hashed entry: TLB, walk, HDSI and fault until it is done; C may be late"
    case .hEnter: "H_ENTER: the guest makes an entry of its hashed table"
    case .hRemove: "H_REMOVE: the guest removes an entry of its hashed table"
    case .hProtect: "H_PROTECT: the guest changes the permission of a hashed entry"
    case .stopVCPU: "user space stops a vCPU of a guest with a hashed table"
    case .flushTLB: "a core loses all its cached translations, as when its vCPU moves to another"
    case .evictTLB: "hardware drops cached translations of one core, when and as often as it likes"
    }
  }

  /// The kernel functions that the path restates.
  package var functions: [String] {
    switch self {
    case .l2Load, .l2Store:
      [
        "kvmppc_handle_nested_exit", "kvmhv_nested_page_fault", "kvmhv_handle_nested_set_rc",
        "kvmppc_book3s_instantiate_page", "kvmppc_create_pte", "kvmhv_insert_nest_rmap",
      ]
    case .l1Load, .l1Store:
      [
        "kvmppc_vcpu_run_hv", "kvmppc_book3s_radix_page_fault", "kvmppc_book3s_instantiate_page",
        "kvmppc_create_pte",
      ]
    case .getDirtyLog:
      [
        "kvm_vm_ioctl_get_dirty_log_hv", "kvm_radix_test_clear_dirty",
        "kvmhv_update_nest_rmap_rc_list", "kvm_test_clear_dirty_npages",
      ]
    case .ageGFN: ["kvm_age_radix", "kvmhv_update_nest_rmap_rc_list"]
    case .invalidateRange:
      [
        "kvm_mmu_notifier_invalidate_range_start", "kvm_unmap_radix", "kvmppc_unmap_pte",
        "kvmhv_remove_nest_rmap_range", "kvm_unmap_rmapp", "kvm_mmu_notifier_invalidate_range_end",
      ]
    case .enterNested:
      ["kvmhv_enter_nested_guest", "kvmhv_get_nested", "kvmhv_alloc_nested", "__prealloc_nested"]
    case .exitNested: ["kvmhv_enter_nested_guest", "kvmhv_put_nested", "kvmhv_release_nested"]
    case .tlbiePage:
      ["kvmhv_emulate_tlbie_tlb_addr", "kvmhv_get_nested", "kvmhv_invalidate_shadow_pte"]
    case .tlbieLPID:
      ["kvmhv_emulate_tlbie_lpid", "kvmhv_flush_nested", "kvmhv_remove_nested"]
    case .tlbieAll:
      ["kvmhv_emulate_tlbie_all_lpid", "kvmhv_flush_nested", "kvmhv_remove_nested"]
    case .copyFromGuest, .copyToGuest: ["kvmhv_copy_tofrom_guest_nested"]
    case .l1SetGpte, .l1SetPartition: []
    case .deleteMemslot, .moveMemslot, .startLogging, .stopLogging:
      [
        "kvm_set_memslot", "kvm_swap_active_memslots", "kvmppc_radix_flush_memslot",
        "kvmppc_core_flush_memslot_hv", "kvm_unmap_rmapp", "kvmppc_core_commit_memory_region_hv",
      ]
    case .switchToHPT: ["kvmhv_configure_mmu", "kvmppc_switch_mmu_to_hpt", "kvmppc_free_radix"]
    case .hptLoad, .hptStore:
      ["kvmppc_hpte_hv_fault", "kvmppc_book3s_hv_page_fault", "kvmppc_add_revmap_chain"]
    case .hEnter: ["kvmppc_do_h_enter", "kvmppc_add_revmap_chain"]
    case .hRemove: ["kvmppc_do_h_remove", "remove_revmap_chain"]
    case .hProtect: ["kvmppc_h_protect"]
    case .stopVCPU: ["kvmppc_vcpu_run_hv"]
    case .flushTLB, .evictTLB: []
    }
  }
}

/// A change of a memory slot.
package enum SlotUpdate: Hashable, Sendable {
  /// `KVM_MR_DELETE`.
  case delete
  /// `KVM_MR_MOVE`, to a guest frame.
  case move(base: Int)
  /// `KVM_MR_FLAGS_ONLY` with a change of `KVM_MEM_LOG_DIRTY_PAGES`.
  case setLogging(Bool)
}
