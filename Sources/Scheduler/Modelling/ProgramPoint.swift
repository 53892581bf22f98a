/// A program point of a machine: one case per step.
///
/// Make it an enumeration with raw type `UInt8`: the case with raw value 0 is where a machine
/// starts.
public protocol ProgramPoint: CellValue, CaseIterable {
  /// The step's name: kebab-case and stable, for it appears in reports and documents.
  ///
  /// The default is the case's name in kebab-case: `lockToFind` is `lock-to-find`.
  var label: String { get }
  /// The function that the step restates; nil, the default, if it restates no existing code.
  var function: String? { get }
}

extension ProgramPoint {
  /// The case's name in kebab-case: `lockToFind` is `lock-to-find`.
  public var label: String {
    var label = ""
    for character in "\(self)" {
      if character.isUppercase { label += "-" }
      label += character.lowercased()
    }
    return label
  }

  /// No function: the model restates no existing code.
  public var function: String? { nil }

  /// How many bits a cell for these points needs: 0 for a single point.
  public static var bits: Int { allCases.count == 1 ? 0 : Layout.bits(for: allCases.count - 1) }
}
