import Reporting
import Scheduler

extension HelpTopic {
  static let strategies = HelpTopic(
    "strategies", "how runs are searched, and what each way proves",
    [
      .text(
        "The default takes every reachable state and proves. Others are for what is too large, or "
          + "for a second opinion; what they do not prove they call undecided. 'explore compare "
          + "FILE' runs all of them. Docs/strategies.md says when to use which."),
      .section("strategies"), .options(.strategy),
    ])

  static let limits = HelpTopic(
    "limits", "how much a search may use",
    [
      .text(
        "A limit that is hit ends the search of a row with 'undecided' and exit code 3, and the "
          + "report names it: a search that was cut short never looks like a pass."),
      .options(.limits),
    ])

  static let selection = HelpTopic(
    "selection", "which files, rows and kernels are run",
    [
      .text(
        "'check' takes files and folders; a folder stands for its "
          + list(InputLanguage.patterns, "and")
          + " files in the order of their names, subfolders included except those named 'large'. "
          + "Every row of a file is run unless an option chooses. 'explore list rows' names all."),
      .options(.kernel),
    ])

  static let formats = HelpTopic(
    "formats", "ways to print results",
    [
      .text(
        "Results go to standard output, everything else to standard error. The same input gives "
          + "the same bytes, on every machine and with any number of jobs. Docs/reports.md has "
          + "more; 'explore generate schema report' prints the schema of JSON."),
      .section("formats"), .options(.output),
    ])

  static let exitCodes = HelpTopic(
    "exit-codes", "what the process ends with",
    [
      .text("Scripts can rely on these. Of several rows the worst counts."),
      .entries(ExitCode.allCases.map { ("\($0.rawValue)", $0.meaning) }),
    ])

  static let environment = HelpTopic(
    "environment", "variables that change something",
    [
      .text("An option wins over a variable. Nothing else is read, and no configuration file."),
      .entries(EnvironmentVariable.allCases.map { ($0.rawValue, $0.meaning) }),
    ])

  static let completion = HelpTopic(
    "completion", "tab completion, the manual page, schemas for editors",
    [
      .text(
        "All are made of the table that the parser reads, so they fit the program that printed "
          + "them. Docs/editors.md sets editors up."),
      .entries(Generator.allCases.map { ("generate \($0.form)", $0.summary) }),
      .lines(Generator.allCases.map(\.example)),
    ])
}
