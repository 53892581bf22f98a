/// One run of a kernel path with its arguments resolved to indices.
package enum PathCall: Hashable, Sendable {
  /// `page` indexes the pages of the guest that the vCPU runs.
  case l2Load(vcpu: Int, page: Int)
  case l2Store(vcpu: Int, page: Int)
  /// `slot` indexes `machine.slots`.
  case getDirtyLog(slot: Int)
  /// The core may drop any of its cached translations, at most `times` times.
  case evictTLB(vcpu: Int, times: Int)
}

/// The paths that a scenario's threads can run, by the names that files use.
package enum PathName: String, CaseIterable, Sendable {
  case l2Load = "l2-load"
  case l2Store = "l2-store"
  case getDirtyLog = "get-dirty-log"
  case evictTLB = "tlb-evict"

  /// An argument of a path, by the key that files use.
  package enum Argument: String, CaseIterable, Sendable {
    /// The name of a vCPU of the machine.
    case vcpu
    /// An L2 real page number of the guest that the vCPU runs.
    case n
    /// The id of a memory slot.
    case slot
    /// A count, 1...8; 1 when left out.
    case times
  }

  /// The arguments that must, or for `times` may, be given.
  package var arguments: [Argument] {
    switch self {
    case .l2Load, .l2Store: [.vcpu, .n]
    case .getDirtyLog: [.slot]
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
    case .getDirtyLog: "the KVM_GET_DIRTY_LOG ioctl over one slot, as migration calls it"
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
    case .getDirtyLog:
      [
        "kvm_vm_ioctl_get_dirty_log_hv", "kvm_radix_test_clear_dirty",
        "kvmhv_update_nest_rmap_rc_list",
      ]
    case .evictTLB: []
    }
  }
}
