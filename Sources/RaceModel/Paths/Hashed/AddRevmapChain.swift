package import Scheduler

/// `kvmppc_add_revmap_chain`: links an entry into the chain of its page, before the head.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_rm_mmu.c, `kvmppc_add_revmap_chain`, read at 6.1.192. The
/// callers hold the entry's lock and the rmap word's, which the kernel's function releases and
/// ours leaves to them. Knob `rmap-link=rewrite` is the form of 3.6 and before: it stores a whole
/// new rmap word, with R set and C clear, whatever was saved there.
package final class AddRevmapChain: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case linkSelf, linkTail, linkHead, storeRmap

    package var function: String? { "kvmppc_add_revmap_chain" }
  }

  private let kvm: KVM
  private let hpt: HPT
  package let point: Cell<Point>
  private let index: Int
  /// The page, as a backing.
  private let backing: Cell<UInt16>
  private let rmapLink: Knob.RmapLink

  init(_ kvm: KVM, _ hpt: HPT, _ point: Cell<Point>, index: Int, backing: Cell<UInt16>) {
    (self.kvm, self.hpt, self.point) = (kvm, hpt, point)
    (self.index, self.backing) = (index, backing)
    rmapLink = kvm.knobs(for: AddRevmapChain.self).rmapLink
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let rmap = hpt.rmap[Int(state[backing])]
    let head = state[rmap].head
    switch state[point] {
    case .linkSelf:  // rev->forw and rev->back: the head and its tail, or the entry itself
      hpt.set(state, forw: index, to: head ?? index)
      hpt.set(state, back: index, to: head.map { Int(state[hpt.back, $0]) } ?? index)
      state[point] = head == nil ? .storeRmap : .linkTail
    case .linkTail:  // tail->forw
      hpt.set(state, forw: Int(state[hpt.back, index]), to: index)
      state[point] = .linkHead
    case .linkHead:  // head->back
      hpt.set(state, back: Int(state[hpt.forw, index]), to: index)
      if rmapLink == .rewrite {
        state[point] = .storeRmap
      } else {
        return complete(state)
      }
    case .storeRmap:  // the index and PRESENT; a chain that was there keeps its head
      let saved = rmapLink == .keep ? state[rmap].saved : .referenced
      state[rmap] = HPTRmapWord(head: head ?? index, saved)
      return complete(state)
    }
    return .advanced
  }

  private func complete<R>(_ state: StateView<R>) -> Outcome {
    state[point] = .linkSelf
    return .completed
  }
}
