/// Scenario files that the tests run, small and independent of `scenarios/`.
enum Samples {
  /// A file of two pages' worth of machine with one nested guest and two vCPUs.
  static func file(
    _ name: String, summary: String = "A nested store races with a harvest.",
    threads: String = raceThreads, properties: String = #""c-subset", "dirty-log""#,
    sometimes: String = #""stale-copy""#, rows: String = raceRows
  ) -> String {
    """
    {
      name: "\(name)",
      summary: "\(summary)",
      machine: {
        slots: [{ id: 0, base_gfn: 0x100, npages: 1, flags: ["log-dirty"] }],
        pages: [{ gfn: 0x100, rpn: 0x21, host: "rwx RC" }],
        guests: [{
          l1_lpid: 1, shadow_lpid: 2,
          pages: [
            { n: 0x10, gpte: { gfn: 0x100, bits: "rwx RC" } },
            { n: 0x11, gpte: { gfn: 0x100, bits: "rwx RC" } },
          ],
        }],
        vcpus: [{ name: "vcpu0", l1_lpid: 1 }, { name: "vcpu1", l1_lpid: 1 }],
      },
      threads: [\(threads)],
      properties: [\(properties)],
      sometimes: [\(sometimes)],
      rows: [\(rows)],
    }

    """
  }

  static let store = #"{ name: "vcpu0", run: [{ path: "l2-store", vcpu: "vcpu0", n: 0x10 }] }"#
  static let load = #"{ name: "vcpu1", run: [{ path: "l2-load", vcpu: "vcpu1", n: 0x11 }] }"#
  static let harvest = #"{ name: "migration", run: [{ path: "get-dirty-log", slot: 0 }] }"#
  static let raceThreads = store + ", " + harvest

  static let violatedRow =
    #"{ name: "linux-6.1", expect: "violated", violates: ["c-subset", "dirty-log"] }"#
  static let patchedRow =
    #"{ name: "patched", with: ["seq-bump-on-clear-dirty"], expect: "holds", note: "The fix." }"#
  static let raceRows = violatedRow + ", " + patchedRow

  /// The race, and the patch that removes it.
  static let race = file("race")
  /// Expects the opposite of what is true.
  static let wrong = file(
    "wrong",
    rows: #"{ name: "bump-missing", expect: "holds" }, "#
      + #"{ name: "patched", with: ["seq-bump-on-clear-dirty"], expect: "violated", "#
      + #"violates: ["c-subset"] }"#)
  /// Alone, the store never holds a stale copy.
  static let vacuous = file("vacuous", threads: store, rows: #"{ name: "alone", expect: "holds" }"#)
  /// Three threads, one of them with a script.
  static let three = file(
    "three",
    threads: store + ", " + load + ", "
      + #"{ name: "tlb", run: [{ path: "tlb-evict", vcpu: "vcpu0", times: 2 }] }, "# + harvest,
    rows: #"{ name: "linux-6.1", expect: "violated", violates: ["c-subset", "dirty-log"] }"#)
  /// More states than a debug build explores within a test's patience.
  static let endless = file(
    "endless",
    threads: store + ", " + load + ", "
      + (0..<6).map { number in
        #"{ name: "harvest\#(number)", run: ["#
          + (0..<4).map { _ in #"{ path: "get-dirty-log", slot: 0 }"# }.joined(separator: ", ")
          + "] }"
      }.joined(separator: ", "),
    rows: #"{ name: "patched", with: ["seq-bump-on-clear-dirty"], expect: "holds" }"#)
  /// Line 3 has an unknown key.
  static let misspelt = "{\n  name: \"misspelt\",\n  sumary: \"\",\n}\n"
}
