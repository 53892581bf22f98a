import Testing

@testable import Scheduler

/// The rules of locks, looked at for all others at once, against what they say lock by lock.
@Suite struct LockTests {
  /// What asking for `asked` breaks, by the owners of all locks, 0 for a free one.
  private func broken(_ declared: [Lock.Declaration], _ owners: [UInt8], _ asked: Int, by me: UInt8)
    -> Check?
  {
    let this = declared[asked]
    let held = declared.indices.filter { owners[$0] == me }
    if held.contains(asked) { return .lockDiscipline }
    if this.kind == .mutex, held.contains(where: { declared[$0].kind == .spin }) {
      return .sleepUnderSpinlock
    }
    let isLate = held.contains {
      let other = declared[$0]
      return other.rank > this.rank || other.rank == this.rank && !(other.nests && this.nests)
    }
    return isLate ? .lockOrder : nil
  }

  /// In a word of its own or across several, with owners of 1 bit to 7.
  @Test(arguments: [1, 2, 3, 7, 20, 33, 64], [1, 2, 3, 5, 40, 64])
  func `asking for a lock breaks what its rules say`(count: Int, threads: Int) {
    var random = SplitMix64(seed: UInt64(count * 100 + threads))
    let declared = (0..<count).map { number in
      Lock.Declaration(
        "lock\(number)", kind: random.pick(below: 2) == 0 ? .spin : .mutex,
        rank: random.pick(below: 4),
        nests: random.pick(below: 3) == 0)
    }
    var builder = SystemBuilder(threads: (0..<threads).map { "t\($0)" })
    let locks = builder.locks(declared)
    for _ in 0..<200 {
      // Mostly free: with many held, some rule is always broken.
      let owners = declared.map { _ in
        random.pick(below: count) < 2 ? UInt8(random.pick(below: threads + 1)) : 0
      }
      let (asked, me) = (random.pick(below: count), random.pick(below: threads))
      var words = builder.layout.initial
      words.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        let state = StateView(base, NoRecorder())
        for (lock, owner) in zip(locks, owners) { state[lock.owner] = owner }
        let isTaken = locks[asked].acquire(state, by: ThreadID(me))
        let broken = broken(declared, owners, asked, by: UInt8(me + 1))
        #expect(state.words[0] & Check.mask == UInt64(broken?.code ?? 0))
        #expect(isTaken == (broken != nil || owners[asked] == 0))
      }
    }
  }
}
