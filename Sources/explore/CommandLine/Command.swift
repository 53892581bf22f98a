import Reporting

/// What users can ask for.
enum Command: String, CaseIterable, Sendable {
  case run, check, compare, replay, merge, list, new, generate, help

  var summary: String {
    switch self {
    case .run: "explore every interleaving of a scenario or race file and show what breaks"
    case .check: "prove that every row of scenarios and race files gives its expected verdict"
    case .compare: "search the rows of a file by every strategy, side by side"
    case .replay: "run one schedule step by step and show what it changes"
    case .merge: "put the reports of the partitions of a check together"
    case .list: "name paths, properties, knobs, constructs, rows, ...; or explain one"
    case .new: "write a scenario or race file that runs, to begin with"
    case .generate: "print completions for a shell, the manual page, schemas"
    case .help: "explain a command or a topic"
    }
  }

  /// Whether it searches or replays, so that its exit codes mean what the help says.
  var searches: Bool {
    switch self {
    case .run, .check, .compare, .replay, .merge: true
    case .list, .new, .generate, .help: false
    }
  }

  /// What follows the command's name.
  var operands: String {
    switch self {
    case .run, .compare: "FILE"
    case .check: "PATH..."
    case .replay: "FILE --schedule TOKEN"
    case .merge: "REPORT..."
    case .list: "[SECTION [NAME] [PATH]]"
    case .new: "scenario|race NAME"
    case .generate: "WHAT [NAME]"
    case .help: "[COMMAND | TOPIC]"
    }
  }

  /// What there is to know beyond the summary and the options.
  var details: String {
    switch self {
    case .run:
      "Without --kernel, --with and --knob every row of FILE is run. With one of them, one kernel "
        + "is run on the scenario's own threads, or on those of --row, and nothing is expected of "
        + "it. A knob, patch or kernel that none of these threads' paths reads is refused: see "
        + "'explore list knobs'. FILE is a scenario in JSON5, a race file in C (*.race), one of herd7's tests in C "
        + "(*.litmus), or - for standard input, with --language. Of a race file, too, every row is "
        + "run, or with -D one program: that of --row, or of the file, with these macros. 'exists' "
        + "is answered with exit code 0 either way. Race files: Docs/race-files.md."
    case .check:
      "Each PATH is a scenario, a race file or a folder; folders give their *.json5, *.race and "
        + "*.litmus files in the order of their names, subfolders included except those named "
        + "'large', which must be named explicitly. A row must give its verdict and break exactly "
        + "what its file says; id@N of a race file is the fewest preemptions. For a row that says "
        + "nothing, the line to write into the file is printed, and the exit code is 1. -D adds a "
        + "macro to every row. A litmus test has no rows: its answer is shown, and the 'Result:' of "
        + "its comment is not compared."
    case .compare:
      "For each row, a line for each strategy: its verdict, what it searched, the time it took, "
        + "the preemptions of the first run it found, and the exact probability that one random run "
        + "breaks something. A line is printed as soon as its strategy ends; --max-seconds and the "
        + "other limits are for each strategy of each row. Times differ from run to run, nothing else does; JSON has them under "
        + "'run'. See Docs/strategies.md."
    case .replay:
      "Every counterexample ends with the command that replays it. Without --kernel, --with, "
        + "--knob, -D and --row, the row that TOKEN belongs to is looked for. A token belongs to "
        + "what a program does: comments, formatting and the names of variables can change. Where "
        + "it belongs to no row, because the file, the kernel or the model has changed, it is "
        + "replayed by the labels of its steps on the only row that they fit, and the report says "
        + "so; otherwise the step at which it parts is named. See Docs/reports.md."
    case .merge:
      "Each REPORT is what 'check --format json' printed, or - for standard input. They are the "
        + "partitions 1/N to N/N of one check, each once and in any order, or whole reports of "
        + "different files. What is printed, and the exit code, are those of the one check; JSON "
        + "differs under 'run'. Refused are reports of another version of explore, of other files, "
        + "of other options that decide results, and reports that are damaged. Rows that a "
        + "partition did not run count as not run, with exit code 3 at least."
    case .list: Self.listDetails
    case .new: Self.newDetails
    case .generate: Self.generateDetails
    case .help: "Without COMMAND or TOPIC, all of them are listed."
    }
  }

  private static var newDetails: String {
    "NAME is what the file is called, in a folder if it has one; its ending can be left out, and a "
      + "file that is there is never overwritten. A scenario gets a thread for each --path, a "
      + "machine that is large enough for them, the properties that have to do with them, and a "
      + "row for Linux 6.1 that expects nothing yet: 'explore check' prints the line that pins it. "
      + "Without --path it is a nested store beside the dirty log. A race file gets two threads, a "
      + "lock, a property, and a row with a fix."
  }

  private static var generateDetails: String {
    "WHAT is one of \(Reporting.list(Generator.allCases.map(\.id), "and")); "
      + "NAME is that of a schema: \(Reporting.list(Schema.allCases.map(\.rawValue), "or")). All are "
      + "made of the tables that this program reads itself."
  }

  private static var listDetails: String {
    let sections = Reporting.list(ListSection.allCases.map(\.id), "and")
    return "SECTION is one of \(sections); without it all are listed. With NAME, all that is "
      + "known of one of its items is shown: arguments and what they take, the C functions, what "
      + "reads or sets it, the rows of ./scenarios and ./races that show it. PATH is where to look "
      + "for scenarios, race files and rows: a file or folder, ./scenarios and ./races if left out."
  }

  /// Command lines with what they do.
  var examples: [(line: String, outcome: String)] {
    switch self {
    case .run:
      [
        ("explore run scenarios/nested-fault-vs-clear-dirty.json5", "every row of the file"),
        ("explore run FILE --with seq-bump-on-clear-dirty", "Linux 6.1 with one patch"),
        ("explore run races/lost-kick.race", "every row of a race file"),
        ("explore run FILE.race -DFIX -DCPUS=3", "one program, with two macros"),
      ]
    case .check:
      [
        ("explore check scenarios races", "each row of each file, one line a row"),
        (
          "explore check scenarios races --report junit=explore.xml",
          "and a report that CI shows as tests"
        ),
        ("explore check races -DCPUS=3", "the same rows, with one macro more"),
      ]
    case .compare:
      [
        ("explore compare FILE --row linux-6.1 --runs 10000", "one row; more random runs"),
        (
          "explore compare FILE --strategies dpor,bounded --max-seconds 10",
          "two of the strategies, each for at most ten seconds a row"
        ),
      ]
    case .replay:
      [
        (
          "explore replay FILE --schedule v2:0.1.0:0f3a9c21:a12.read,b7.store/:5d07",
          "the trace of that run"
        )
      ]
    case .merge:
      [
        ("explore merge part-*.json", "the text of the whole check"),
        ("explore merge part-*.json --format=json > all.json", "one report of all rows"),
      ]
    case .list:
      [
        ("explore list knobs", "each knob, its values, and the paths that read it"),
        ("explore list paths l2-store", "its arguments, its C functions, a call to copy"),
        ("explore list constructs", "what race files can say, and what is refused by name"),
        ("explore list rows races", "each row of the race files, and what it expects"),
      ]
    case .new:
      [
        (
          "explore new scenario aging-vs-fault --path l2-store --path age-gfn",
          "aging-vs-fault.json5, with two threads"
        ),
        ("explore new race races/my-race", "races/my-race.race"),
      ]
    case .generate: Generator.allCases.map { ($0.example, $0.summary) }
    case .help:
      [
        ("explore help run", "the options of 'run'"),
        ("explore help notation", "what the signs in a trace mean"),
      ]
    }
  }
}
