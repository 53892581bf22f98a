import Litmus
import RaceModel

/// The sections `properties`, `checks` and `landmarks`.
enum ListedProperties {
  static func properties(_ sources: ListSources) -> [ListItem] {
    PropertySpec.allCases.map { property in
      ListItem(
        property.id, property.sentence,
        [
          .init("fact", "fact sheet", .text(property.factID), inList: .before),
          .init("tables", "page tables", .names(property.tables.map(\.rawValue))),
          .init("example", "in a scenario", .text("properties: [\"\(property.id)\"],")),
          .init("brokenBy", "broken in rows", rows(thatBreak: property.id, sources)),
          .init(
            "scenarios", "asked for in",
            sources.uses.names {
              $0.scenarios { scenario, _ in scenario.properties.contains(property) }
            }),
        ])
    }
  }

  static func checks(_ sources: ListSources) -> [ListItem] {
    let ofRaces = RaceProgram.checks
    let ofScenarios = Scenario.checks.map { check in
      ListItem(
        check.id, check.sentence,
        [
          .init(
            "files", "of",
            .names(ofRaces.contains { $0.id == check.id } ? [scenarios, races] : [scenarios])),
          .init(
            "isModelLimit", "of the model",
            .flag(Scenario.modelLimits.contains(check.id))),
          .init("brokenBy", "broken in rows", rows(thatBreak: check.id, sources)),
        ])
    }
    let others = ofRaces.filter { race in !ofScenarios.contains { $0.name == race.id } }
    return ofScenarios
      + others.map { ListItem($0.id, $0.sentence, [.init("files", "of", .names([races]))]) }
  }

  private static let (scenarios, races) = ("scenarios", "race files")

  static func landmarks(_ sources: ListSources) -> [ListItem] {
    Landmark.allCases.map { landmark in
      ListItem(
        landmark.id, landmark.sentence,
        [
          .init("tables", "page tables", .names(landmark.tables.map(\.rawValue))),
          .init("example", "in a scenario", .text("sometimes: [\"\(landmark.id)\"],")),
          .init(
            "rows", "reached in rows",
            sources.uses.names {
              $0.rows { scenario, row in scenario.landmarks(of: row).contains(landmark) }
            }),
        ])
    }
  }

  private static func rows(thatBreak id: String, _ sources: ListSources) -> ListItem.Value {
    sources.uses.names { uses in
      uses.rows { _, row in
        if case .violated(let ids)? = row.expectation { ids.contains(id) } else { false }
      }
    }
  }
}
