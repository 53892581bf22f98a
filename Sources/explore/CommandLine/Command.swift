/// What users can ask for.
enum Command: String, CaseIterable, Sendable {
  case run, check, compare, replay, list, help

  var summary: String {
    switch self {
    case .run: "explore every interleaving of a scenario or race file and show what breaks"
    case .check: "prove that every row of scenarios and race files gives its expected verdict"
    case .compare: "search the rows of a file by every strategy, side by side"
    case .replay: "run one schedule step by step and show what it changes"
    case .list: "name paths, properties, kernels, knobs, constructs and files"
    case .help: "explain a command"
    }
  }

  /// What follows the command's name.
  var operands: String {
    switch self {
    case .run, .compare: "FILE"
    case .check: "PATH..."
    case .replay: "FILE --schedule TOKEN"
    case .list: "[SECTION] [PATH]"
    case .help: "[COMMAND]"
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
        + "breaks something. Times differ from run to run, nothing else does; JSON has them under "
        + "'run'. See Docs/strategies.md."
    case .replay:
      "Every counterexample ends with the command that replays it. Without --kernel, --with, "
        + "--knob, -D and --row, the row that TOKEN belongs to is looked for. A token belongs to "
        + "what a program does: comments, formatting and the names of variables can change. Where "
        + "it belongs to no row, because the file, the kernel or the model has changed, it is "
        + "replayed by the labels of its steps on the only row that they fit, and the report says "
        + "so; otherwise the step at which it parts is named. See Docs/reports.md."
    case .list:
      "SECTION is one of paths, properties, kernels, knobs, constructs, scenarios and races; "
        + "without it all are listed. The constructs are those of race files: words of C, words of "
        + "the language, functions, macros and types, each with what comes of it. PATH is where to look for scenarios or race files: a file or folder, ./scenarios "
        + "or ./races if left out."
    case .help: "Without COMMAND, all commands are listed."
    }
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
        ("explore check races -DCPUS=3", "the same rows, with one macro more"),
      ]
    case .compare:
      [("explore compare FILE --row linux-6.1 --runs 10000", "one row; more random runs")]
    case .replay:
      [
        (
          "explore replay FILE --schedule v2:0.1.0:0f3a9c21:a12.read,b7.store/:5d07",
          "the trace of that run"
        )
      ]
    case .list:
      [
        ("explore list knobs", "each knob, its values, and the paths that read it"),
        ("explore list constructs", "what race files can say, and what is refused by name"),
      ]
    case .help: [("explore help run", "the options of 'run'")]
    }
  }
}
