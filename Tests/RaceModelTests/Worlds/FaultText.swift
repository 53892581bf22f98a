/// Parts of the steps of a nested fault that many of its branches share, as ``Trace/told`` has
/// them.
///
/// Written down from the C functions of Linux 6.1.192 and the tables P1 and P10 of the fact sheet.
enum FaultText {
  /// From the refused access to the walk of L1's table, under `tlb_lock`.
  static func enter(_ access: String = "l2-store", _ cpu: String = "vcpu0") -> [String] {
    lines(
      """
      - \(access)
      - walk-shadow
      kvmppc_handle_nested_exit    srcu-read-lock  | srcu[\(cpu)]: out -> in
      kvmhv_nested_page_fault      lock-tlb        | tlb_lock[1]: free -> \(cpu)
      __kvmhv_nested_page_fault    check-root
      kvmhv_translate_addr_nested  walk-gpte
      """)
  }

  /// The fault ends in L1 or the VMM: the vCPU leaves its guest.
  static func leaveL2(_ cpu: String = "vcpu0") -> [String] {
    lines(
      """
      kvmhv_enter_nested_guest     leave-nested    | \(cpu).nested: gp[1] -> NULL
      kvmhv_put_nested             lock-mmu        | mmu_lock: free -> \(cpu)
      kvmhv_put_nested             drop-reference  | gp[1].refcnt: 2 -> 1
      kvmhv_put_nested             unlock-mmu      | mmu_lock: \(cpu) -> free
      """)
  }

  /// `kvmhv_update_ptbl_cache` with what changes of the root and of cached translations.
  static func updateCache(root: String = "", tlb: String = "") -> [String] {
    lines(
      """
      kvmhv_update_ptbl_cache       read-partition
      kvmhv_update_ptbl_cache       store-root      \(root)
      mmu_partition_table_set_entry set-entry
      mmu_partition_table_set_entry flush-partition \(tlb)
      """)
  }

  /// The host entry is copied.
  static let copyHost = lines(
    """
    __kvmhv_nested_page_fault    find-memslot
    __kvmhv_nested_page_fault    sample-seq
    __kvmhv_nested_page_fault    lock-mmu        | mmu_lock: free -> vcpu0
    __kvmhv_nested_page_fault    read-host
    __kvmhv_nested_page_fault    unlock-mmu      | mmu_lock: vcpu0 -> free
    """)

  /// `kvmppc_book3s_instantiate_page` up to its create_pte; `gup` is how the page was found.
  static func findPage(_ gup: [String]) -> [String] {
    lines("kvmppc_book3s_instantiate_page sample-seq")
      + gup.map { "kvmppc_book3s_instantiate_page \($0)" }
      + lines(
        """
        kvmppc_book3s_instantiate_page  lock-mmu    | mmu_lock: free -> vcpu0
        find_kvm_host_pte               check-count
        find_kvm_host_pte               check-seq
        kvmppc_book3s_instantiate_page  read-vmm
        kvmppc_book3s_instantiate_page  unlock-mmu  | mmu_lock: vcpu0 -> free
        """)
  }

  /// `kvmppc_create_pte` that passes the sequence check, with what it then does under the lock.
  static func create(_ inside: String) -> [String] {
    lines(
      """
      kvmppc_create_pte  lock-mmu    | mmu_lock: free -> vcpu0
      kvmppc_create_pte  check-count
      kvmppc_create_pte  check-seq
      \(inside)
      kvmppc_create_pte  unlock-mmu  | mmu_lock: vcpu0 -> free
      """)
  }

  static let allocNode = lines(
    "__kvmhv_nested_page_fault alloc-node | node0.rmap: 0 -> 1:0x10, node0: free -> allocated")
  static let freeNode = lines(
    "__kvmhv_nested_page_fault free-node | node0.rmap: 1:0x10 -> 0, node0: allocated -> free")

  /// An insert of `entry` where neither a shadow entry nor an rmap entry is.
  static func insert(_ entry: String) -> [String] {
    allocNode
      + create(
        """
        kvmppc_create_pte       read-entry
        kvmppc_create_pte       store-entry   | shadow[1:0x10]: absent -> \(entry)
        kvmhv_insert_nest_rmap  read-rmap
        kvmhv_insert_nest_rmap  store-single  | rmap[0x100]: 0 -> single 1:0x10
        """) + freeNode
  }

  /// `kvmhv_invalidate_shadow_pte` where no shadow entry is.
  static let invalidateNothing = lines(
    """
    kvmhv_invalidate_shadow_pte  lock-mmu     | mmu_lock: free -> vcpu0
    kvmhv_invalidate_shadow_pte  find-shadow
    kvmhv_invalidate_shadow_pte  unlock-mmu   | mmu_lock: vcpu0 -> free
    """)

  /// `kvmhv_invalidate_shadow_pte` that removes `entry`, and `cached` from the TLB if given.
  static func invalidate(_ entry: String, cached: String? = nil) -> [String] {
    let flush = cached.map { " | tlb[vcpu0,2:0x10]: \($0) -> absent" } ?? ""
    return lines(
      """
      kvmhv_invalidate_shadow_pte  lock-mmu      | mmu_lock: free -> vcpu0
      kvmhv_invalidate_shadow_pte  find-shadow
      kvmppc_unmap_pte             clear-shadow  | shadow[1:0x10]: \(entry) -> absent
      kvmppc_unmap_pte             tlbie-shadow\(flush)
      kvmhv_invalidate_shadow_pte  unlock-mmu    | mmu_lock: vcpu0 -> free
      """)
  }

  /// Back to the guest, or to whoever gets the fault.
  static let leave = lines(
    """
    kvmhv_nested_page_fault    unlock-tlb        | tlb_lock[1]: vcpu0 -> free
    kvmppc_handle_nested_exit  srcu-read-unlock  | srcu[vcpu0]: in -> out
    """)

  /// The store is tried again and goes through the shadow entry.
  static func storeThrough(_ entry: String, cached: String = "absent") -> [String] {
    lines(
      """
      - l2-store
      - walk-shadow | tlb[vcpu0,2:0x10]: \(cached) -> \(entry), written[0x100]: 0 -> 1
      """)
  }

  /// The load is tried again and goes through the shadow entry.
  static func loadThrough(_ entry: String, cached: String = "absent") -> [String] {
    lines(
      """
      - l2-load
      - walk-shadow | tlb[vcpu0,2:0x10]: \(cached) -> \(entry)
      """)
  }
}
