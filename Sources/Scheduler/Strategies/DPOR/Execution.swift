/// A run as a partial order: its steps, and for each which others it depends on.
///
/// Two steps of different threads depend on each other when their footprints conflict. A vector
/// clock (Mattern 1989) says for each step how many steps of each thread happen before it, itself
/// included.
struct Execution {
  struct Event {
    let thread: Int
    /// How many steps its thread took before it.
    let index: Int
    let choice: Int
    let footprint: Footprint
    let change: [UInt64]
  }

  /// A set of a run's steps that has, with a step, all that happen before it: of each thread, the
  /// first so many.
  typealias Cut = [Int32]

  let threads: Int
  private(set) var events: [Event] = []
  /// The clocks of all events, one after another.
  private var clocks: [Int32] = []
  /// By thread, the positions of its events.
  private(set) var positions: [[Int]]

  init(threads: Int) {
    self.threads = threads
    positions = Array(repeating: [], count: threads)
  }

  var count: Int { events.count }

  /// The cut that has all events.
  var whole: Cut { positions.map { Int32($0.count) } }

  func clock(_ position: Int) -> ArraySlice<Int32> {
    clocks[position * threads..<(position + 1) * threads]
  }

  func isIn(_ cut: Cut, _ position: Int) -> Bool {
    events[position].index < cut[events[position].thread]
  }

  /// Whether nothing but what lies in a cut happens before an event.
  func isNext(after cut: Cut, _ position: Int) -> Bool {
    let (base, me) = (position * threads, events[position].thread)
    for thread in 0..<threads where thread != me && clocks[base + thread] > cut[thread] {
      return false
    }
    return events[position].index == cut[me]
  }

  /// What a step is found to depend on.
  struct Past {
    /// The clock of the step, which is not counted in it.
    var clock: [Int32]
    /// The positions of events that conflict with the step with nothing in between, last first.
    var races: [Int] = []
  }

  /// What happens before a step of `thread` that is taken, or would be, after the events of `cut`.
  func past(of footprint: Footprint, by thread: Int, after cut: Cut) -> Past {
    var past = Past(clock: Array(repeating: 0, count: threads))
    if cut[thread] > 0 { past.clock = Array(clock(positions[thread][Int(cut[thread]) - 1])) }
    for position in events.indices.reversed() {
      let event = events[position]
      if event.index < past.clock[event.thread] || !isIn(cut, position)
        || !event.footprint.conflicts(with: footprint)
      {
        continue
      }
      past.races.append(position)
      let base = position * threads
      for thread in 0..<threads where clocks[base + thread] > past.clock[thread] {
        past.clock[thread] = clocks[base + thread]
      }
    }
    return past
  }

  /// Whether an event happens before a later one.
  func happens(_ position: Int, before later: Int) -> Bool {
    clocks[later * threads + events[position].thread] > events[position].index
  }

  /// Appends a step of which `past` is known.
  mutating func append(_ thread: Int, choice: Int, of step: NextStep, _ past: Past) {
    let index = positions[thread].count
    positions[thread].append(count)
    events.append(
      Event(
        thread: thread, index: index, choice: choice, footprint: step.touched,
        change: step.changes[choice]))
    clocks += past.clock
    clocks[clocks.count - threads + thread] = Int32(index + 1)
  }

  mutating func removeLast() {
    let event = events.removeLast()
    positions[event.thread].removeLast()
    clocks.removeLast(threads)
  }

  /// What is left of a cut without an event and all that it happens before.
  func cut(_ cut: Cut, without position: Int) -> Cut {
    let (thread, index) = (events[position].thread, Int32(events[position].index))
    var rest = cut
    rest[thread] = index
    // Of a thread, whatever follows the first such event follows it too.
    for other in 0..<threads where other != thread {
      let after = positions[other].prefix(Int(cut[other])).drop {
        clocks[$0 * threads + thread] <= index
      }
      rest[other] -= Int32(after.count)
    }
    return rest
  }
}
