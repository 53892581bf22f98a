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
    /// The id of a memory slot.
    case slot
    /// A count, 1...8; 1 when left out.
    case times
  }

  /// The arguments that must, or for `rpn` and `times` may, be given.
  package var arguments: [Argument] {
    switch self {
    case .l2Load, .l2Store: [.vcpu, .n]
    case .l1Load, .l1Store: [.vcpu, .gfn]
    case .getDirtyLog: [.slot]
    case .ageGFN: [.gfn]
    case .invalidateRange: [.gfn, .rpn]
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
        "kvmhv_update_nest_rmap_rc_list",
      ]
    case .ageGFN: ["kvm_age_radix", "kvmhv_update_nest_rmap_rc_list"]
    case .invalidateRange:
      [
        "kvm_mmu_notifier_invalidate_range_start", "kvm_unmap_radix", "kvmppc_unmap_pte",
        "kvmhv_remove_nest_rmap_range", "kvm_mmu_notifier_invalidate_range_end",
      ]
    case .evictTLB: []
    }
  }
}
