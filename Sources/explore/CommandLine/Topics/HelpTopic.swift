import RaceModel
import Reporting
import Scheduler

/// A page of `explore help` that is about no command, made of the tables where there are some.
struct HelpTopic: CatalogEntry {
  let id: String
  /// What it is about, for the list of topics.
  let summary: String
  let parts: [Part]

  /// A piece of a page; an empty line stands between two.
  enum Part: Sendable {
    case text(String)
    case heading(String)
    /// Names and what they mean.
    case entries([(name: String, meaning: String)])
    /// The items of a section, with their summaries.
    case section(String)
    /// The options of a heading of the help.
    case options(Option.Group)
    /// Lines to copy, as they are.
    case lines([String])
  }

  init(_ id: String, _ summary: String, _ parts: [Part]) {
    (self.id, self.summary, self.parts) = (id, summary, parts)
  }

  /// Every topic, in the order of the list.
  static let allCases: [HelpTopic] = [
    scenarios, raceFiles, properties, verdicts, notation, schedules, kernels, knobs, strategies,
    limits, selection, formats, exitCodes, environment, completion,
  ]

  static func == (left: HelpTopic, right: HelpTopic) -> Bool { left.id == right.id }
  func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension Option.Group {
  /// The topic that explains the options of the heading.
  var topic: HelpTopic {
    switch self {
    case .kernel: .selection
    case .file: .scenarios
    case .strategy: .strategies
    case .limits: .limits
    case .output: .formats
    }
  }
}

extension HelpTopic {
  static let scenarios = HelpTopic(
    "scenarios", "how a race of KVM/PowerPC is stated",
    [
      .text(
        "A scenario (*.json5) has a machine, threads that run kernel paths on it, the properties "
          + "that must hold, and rows: kernels, each with the verdict that must come of it. Begin "
          + "with a file that runs, and change it:"),
      .lines([
        "explore new scenario my-race --path l2-store --path get-dirty-log",
        "explore run my-race.json5", "explore check my-race.json5",
      ]),
      .text(
        "'explore list paths l2-store' says what a path takes, with a call to copy; "
          + "'explore list scenarios' shows what there is. An editor that knows the schema of "
          + "'explore generate schema scenario' completes keys: Docs/editors.md. "
          + "Docs/first-scenario.md goes from nothing to a race."),
      .section("paths"),
    ])

  static let raceFiles = HelpTopic(
    "race-files", "how a race of your own is stated in C",
    [
      .text(
        "A race file (*.race) is C: global variables, functions, a 'thread' for each CPU, "
          + "properties, and rows with macros that must give a verdict. Deadlocks, uses of dead "
          + "objects, misused locks and NULLs are found without a property; 'data-races' asks for "
          + "data races too. A litmus test of herd7 (*.litmus) is read as it is."),
      .lines(["explore new race my-race", "explore run my-race.race", "explore check my-race.race"]
      ),
      .entries([
        ("thread NAME(void)", "what one CPU does"),
        ("daemon NAME(void)", "the same, and it need not end"),
        ("always NAME: C", "the condition C is true in every state"),
        ("finally NAME: C", "C is true when all threads have ended"),
        ("sometimes NAME: C", "C is true in some state, or nothing was shown"),
        ("exists (C)", "a question: can it end like this?"),
        ("row NAME -DX holds", "with the macro X nothing breaks"),
        ("row NAME violated: P@1", "P breaks, with one preemption at the least"),
      ]),
      .text(
        "Docs/race-files.md has the language; 'explore list constructs' names each word of it "
          + "and of the kernel, 'explore list constructs spin_lock' tells of one."),
    ])

  static let properties = HelpTopic(
    "properties", "what must hold, what is always checked, what must be reached",
    [
      .text(
        "A scenario lists its properties, a race file states its own. Checks are made in every "
          + "run, whatever is asked for. A row that holds must also reach its landmarks "
          + "('sometimes'), or it is reported as vacuous: a proof about runs in which nothing "
          + "happens says nothing. 'explore list properties c-subset' shows rows that break one."),
      .section("properties"), .section("checks"), .section("landmarks"),
    ])

  static let verdicts = HelpTopic(
    "verdicts", "what 'holds', 'violated' and the others mean",
    [
      .text(
        "A verdict is about the model: every interleaving of the threads of one row, within the "
          + "row's own machine. Docs/limits.md says what that can miss."),
      .entries([
        ("holds", "no reachable state breaks a property or check: a proof"),
        ("violated", "some run breaks one; the run with the fewest preemptions is shown"),
        ("undecided", "a limit was hit before an answer; it never looks like a pass"),
        ("vacuous", "a landmark was not reached, so that 'holds' would mean nothing"),
        ("allowed", "the question 'exists' is answered with yes; its run is shown"),
        ("forbidden", "the question is answered with no, by a search of all runs"),
      ]),
      .heading("Words of 'check'"),
      .entries([
        ("ok", "the row gives its verdict and breaks exactly what its file says"),
        ("DIFFERS", "it does not; what was expected stands beside it"),
        ("UNDECIDED", "not everything was searched"),
        ("UNPINNED", "the file says nothing; the line to write into it is printed"),
      ]),
    ])

  static let notation = HelpTopic(
    "notation", "how traces, tokens, entries and rmap words are written",
    [
      .text(
        "Time runs downwards in a trace, one column a thread, the kernel function above the steps "
          + "that belong to it."), .entries(Notation.all.map { ($0.form, $0.meaning) }),
    ])

  static let schedules = HelpTopic(
    "schedules", "tokens that replay a run",
    [
      .text(
        "Each counterexample ends with the command that replays it. The token behind --schedule is "
          + "a run, not a seed: it gives the same steps on every machine. Where the file, the kernel "
          + "or the model has changed since, the run is replayed by the labels of its steps, and "
          + "the report says so, or names the step at which it parts. A token that was cut is "
          + "refused."),
      .lines(["explore replay FILE --schedule v2:0.1.0:0f3a9c21:a12.read,b7.store/:5d07"]),
      .entries([
        ("v2", "the version of the form"), ("0.1.0", "that of explore"),
        ("0f3a9c21", "a hash of the threads, machine and kernel it was made for"),
        ("a12.read", "12 steps of thread a, the first; the last of them is labelled 'read'"),
        ("b7.store/", "7 steps of thread b, which has finished with the last"),
        ("c3.lock@2", "the label comes for the second time in these steps"),
        ("c.lock+2", "the step takes its third result"),
        ("5d07", "the checksum"),
      ]),
      .text(
        "Tokens of the first form, v1, have no labels: they are read where their hash fits."),
    ])

  static let kernels = HelpTopic(
    "kernels", "base kernels and the patches on them",
    [
      .text(
        "A kernel is a base, patches and settings of knobs, in this order. Without an option the "
          + "rows of the file say which; with one, the kernel of the command line is run and "
          + "nothing is expected of it. What no path of the threads reads is refused."),
      .section("kernels"), .section("patches"),
      .lines([
        "explore run FILE --kernel linux-6.1 --with seq-bump-on-clear-dirty"
      ]),
    ])

  static let knobs = HelpTopic(
    "knobs", "single choices between variants of a path",
    [
      .text(
        "A knob changes one thing in the paths that read it, such as where a lock is taken. "
          + "'explore list knobs bump-dirty' says who reads one and which rows change it."),
      .lines(["explore run FILE --knob bump-dirty=in --knob recheck=off"]), .section("knobs"),
    ])
}
