internal import Scheduler

// Nested guest objects: finding them, and the shadow entries in their tables.
extension KVM {
  /// The entry of an L2 page in the shadow table of `object`.
  @inline(__always) func shadowIndex(_ object: Int, _ l2Page: Int) -> Int {
    objects[object].firstShadow + l2Page - objects[object].firstPage
  }

  /// What each entry of ``shadow`` is for.
  struct ShadowPlace {
    let object: Int
    let l2Page: Int
  }

  /// `__find_nested`: the object that the idr returns for a guest; a reserved slot holds NULL.
  @inline(__always) func find<R>(_ state: StateView<R>, guest: Int) -> Int? {
    guard let instance = state[idr, guest].instance else { return nil }
    return objects.firstIndex { $0.guest == guest && $0.instance == instance }
  }

  /// `find_kvm_nested_guest_pte`: the shadow entry of an L2 page, by way of the idr.
  ///
  /// A freed object that the idr still holds breaks ``useAfterFree``.
  @inline(__always) func findShadow<R>(_ state: StateView<R>, _ l2Page: Int) -> Cell<PTE>? {
    guard let object = find(state, guest: l2Pages[l2Page].guest) else { return nil }
    touch(state, object)
    return shadow[shadowIndex(object, l2Page)]
  }

  /// The object that a core's vCPU is running; it must be running one.
  @inline(__always) func current<R>(_ state: StateView<R>, core: Int) -> Int {
    Int(state[nested, core]) &- 1
  }

  /// Breaks ``useAfterFree`` when `object` has been freed.
  @inline(__always) func touch<R>(_ state: StateView<R>, _ object: Int) {
    if !state[objectInUse, object] { state.fail(useAfterFree) }
  }

  /// The place of a translation in a core's TLB.
  func tlbSlot(core: Int, _ target: TLBSlot.Target) -> Int {
    guard let slot = tlbSlots.firstIndex(where: { $0.core == core && $0.target == target }) else {
      preconditionFailure("core \(core) has no place for \(target)")
    }
    return slot
  }

  /// `kvmppc_free_pgtable_radix`: empties the shadow table of `object`, with no flush.
  func freeTable<R>(_ state: StateView<R>, _ object: Int) {
    for index in 0..<objects[object].pageCount {
      state[shadow, objects[object].firstShadow + index] = .absent
    }
  }
}
