/// Which file of the kernel has a function that a path restates, below the tree's root.
package enum KernelFiles {
  /// The file of a function; nil for one that no path restates.
  package static func file(of function: String) -> String? {
    table.first { $0.functions.contains(function) }?.file
  }

  /// By file, as `Docs/kernel-map.md` has it.
  private static let table: [(file: String, functions: Set<String>)] = [
    (
      "arch/powerpc/kvm/book3s_hv.c",
      [
        "kvm_vm_ioctl_get_dirty_log_hv", "kvmhv_configure_mmu",
        "kvmppc_core_commit_memory_region_hv", "kvmppc_handle_nested_exit",
        "kvmppc_switch_mmu_to_hpt", "kvmppc_vcpu_run_hv",
      ]
    ),
    (
      "arch/powerpc/kvm/book3s_hv_nested.c",
      [
        "__prealloc_nested", "kvmhv_alloc_nested", "kvmhv_copy_tofrom_guest_nested",
        "kvmhv_emulate_tlbie_all_lpid", "kvmhv_emulate_tlbie_lpid", "kvmhv_emulate_tlbie_tlb_addr",
        "kvmhv_enter_nested_guest", "kvmhv_flush_nested", "kvmhv_get_nested",
        "kvmhv_handle_nested_set_rc", "kvmhv_insert_nest_rmap", "kvmhv_invalidate_shadow_pte",
        "kvmhv_nested_page_fault", "kvmhv_put_nested", "kvmhv_release_all_nested",
        "kvmhv_release_nested", "kvmhv_remove_nest_rmap_range", "kvmhv_remove_nested",
        "kvmhv_update_nest_rmap_rc_list",
      ]
    ),
    (
      "arch/powerpc/kvm/book3s_64_mmu_radix.c",
      [
        "kvm_age_radix", "kvm_radix_test_clear_dirty", "kvm_unmap_radix",
        "kvmppc_book3s_instantiate_page", "kvmppc_book3s_radix_page_fault", "kvmppc_create_pte",
        "kvmppc_free_radix", "kvmppc_radix_flush_memslot", "kvmppc_unmap_pte",
      ]
    ),
    (
      "arch/powerpc/kvm/book3s_64_mmu_hv.c",
      [
        "kvm_test_clear_dirty_npages", "kvm_unmap_gfn_range_hv", "kvm_unmap_rmapp",
        "kvmppc_book3s_hv_page_fault", "kvmppc_core_flush_memslot_hv", "kvmppc_rmap_reset",
      ]
    ),
    (
      "arch/powerpc/kvm/book3s_hv_rm_mmu.c",
      [
        "kvmppc_add_revmap_chain", "kvmppc_do_h_enter", "kvmppc_do_h_remove", "kvmppc_h_protect",
        "kvmppc_hpte_hv_fault", "remove_revmap_chain",
      ]
    ),
    (
      "virt/kvm/kvm_main.c",
      [
        "kvm_mmu_notifier_invalidate_range_end", "kvm_mmu_notifier_invalidate_range_start",
        "kvm_set_memslot", "kvm_swap_active_memslots",
      ]
    ),
  ]
}
