/// Machines that every path can run on, and a call of each path.
///
/// What is made of them says which knobs a path reads, without a scenario of anybody's: see
/// ``Knob/paths``.
enum ExampleCalls {
  /// Guests with nested guests, over one page, two pages and a huge page, and one with a hashed
  /// table.
  private static let machines = [
    """
    {
      lpid: 1,
      slots: [{ id: 0, base_gfn: 0x100, npages: 1, flags: ["log-dirty"] }],
      pages: [{ gfn: 0x100, rpn: 0x20, host: "rwx RC" }],
      guests: [
        { l1_lpid: 1, shadow_lpid: 2, pages: [{ n: 0x10, gpte: { gfn: 0x100, bits: "rwx RC" } }] },
      ],
      vcpus: [{ name: "vcpu0", l1_lpid: 1 }],
    }
    """,
    """
    {
      lpid: 1,
      slots: [{ id: 0, base_gfn: 0x100, npages: 2, flags: ["log-dirty"] }],
      pages: [
        { gfn: 0x100, rpn: 0x20, host: "rwx RC" }, { gfn: 0x101, rpn: 0x21, host: "rwx RC" },
      ],
      guests: [
        { l1_lpid: 1, shadow_lpid: 2, pages: [{ n: 0x10, gpte: { gfn: 0x100, bits: "rwx RC" } }] },
      ],
      vcpus: [{ name: "vcpu0", l1_lpid: 1 }],
    }
    """,
    """
    {
      lpid: 1,
      slots: [{ id: 0, base_gfn: 0x100, npages: 2, huge: true, leaf: "rwx RC" }],
      pages: [{ gfn: 0x100, rpn: 0x20 }, { gfn: 0x101, rpn: 0x21 }],
      guests: [
        { l1_lpid: 1, shadow_lpid: 2, pages: [{ n: 0x10, gpte: { gfn: 0x100, bits: "rwx RC" } }] },
      ],
      vcpus: [{ name: "vcpu0", l1_lpid: 1 }],
    }
    """,
    """
    {
      lpid: 1,
      slots: [{ id: 0, base_gfn: 0x100, npages: 2, flags: ["log-dirty"] }],
      pages: [{ gfn: 0x100, rpn: 0x20 }, { gfn: 0x101, rpn: 0x21 }],
      hpt: [{ gfn: 0x100, bits: "rw- RC" }, {}],
      vcpus: [{ name: "vcpu0" }],
    }
    """,
  ]

  /// The arguments of all calls, by their keys.
  private static let arguments = """
    {
      vcpu: "vcpu0", n: 0x10, gfn: 0x100, rpn: 0x30, l1_lpid: 1, root: "set", ric: 2, slot: 0,
      base_gfn: 0x200, pte_index: 0, bits: "rw- RC", pp: "rw", times: 1,
    }
    """

  /// The calls of `path`, with the machines that they are made on.
  static func calls(of path: PathSpec) -> [(call: PathCall, machine: Scenario.Machine)] {
    parsed.filter { path.tables.contains($0.table) }.map { machine in
      do throws(ScenarioFault) {
        return (try PathCall(path, from: object(arguments), on: machine), machine)
      } catch {
        preconditionFailure("the example of \(path.id) is refused: \(error.reason)")
      }
    }
  }

  private static let parsed = machines.map { ScenarioReader.example(machine: $0) }

  private static func object(_ text: String) throws(ScenarioFault) -> CheckedObject {
    CheckedObject(try JSON5Parser.parse(Array(text.utf8)))
  }
}
