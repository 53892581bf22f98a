import RaceModel
import Reporting

/// The sections `kernels`, `patches` and `knobs`.
enum ListedKernels {
  static func kernels(_ sources: ListSources) -> [ListItem] {
    Kernel.Base.allCases.map { base in
      let kernel = Kernel(base: base)
      return ListItem(
        base.id, base.summary,
        [
          .init(
            "settings", "unlike \(Kernel().base.id)", .names(settings(unlike: Kernel(), kernel))),
          .init("example", "on a command line", .text("explore run FILE --kernel \(base.id)")),
          .init(
            "rows", "in rows", sources.uses.names { $0.rows { $1.kernel.base == base } }),
        ])
    }
  }

  private static func settings(unlike plain: Kernel, _ kernel: Kernel) -> [String] {
    Knob.allCases.filter { kernel.knobs[$0] != plain.knobs[$0] }
      .map { "\($0.id)=\(kernel.knobs[$0])" }
  }

  static func patches(_ sources: ListSources) -> [ListItem] {
    Kernel.Patch.allCases.map { patch in
      ListItem(
        patch.id, patch.summary,
        [
          .init(
            "settings", "sets", .names(patch.settings.map(\.description)), inList: .below),
          .init("example", "on a command line", .text("explore run FILE --with \(patch.id)")),
          .init(
            "rows", "in rows",
            sources.uses.names { $0.rows { $1.kernel.patches.contains(patch) } }),
        ])
    }
  }

  static func knobs(_ sources: ListSources) -> [ListItem] {
    let base = Kernel()
    return Knob.allCases.map { knob in
      let other = knob.values.first { $0 != base.knobs[knob] } ?? base.knobs[knob]
      return ListItem(
        knob.id, knob.summary,
        [
          .init(
            "values", "", .choices(knob.values, standard: base.knobs[knob]), inList: .below),
          .init("base", "in \(base.base.id)", .text(base.knobs[knob])),
          .init("paths", "read by", .names(knob.paths.map(\.id)), inList: .below),
          .init("patches", "set by patches", .names(patches(setting: knob))),
          .init(
            "example", "on a command line", .text("explore run FILE --knob \(knob.id)=\(other)")),
          .init(
            "rows", "changed in rows",
            sources.uses.names { $0.rows { $1.kernel.knobs[knob] != base.knobs[knob] } }),
        ])
    }
  }

  private static func patches(setting knob: Knob) -> [String] {
    Kernel.Patch.allCases.filter { $0.settings.contains { $0.knob == knob } }.map(\.id)
  }
}
