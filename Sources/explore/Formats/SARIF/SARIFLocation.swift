import RaceModel
import Reporting

/// Places as SARIF names them.
struct SARIFLocation {
  /// The working folder, which relative addresses are relative to.
  let folder: String

  /// A place in a file.
  func physical(_ file: String, line: Int?, column: Int? = nil) -> JSONValue.Member {
    var members: [JSONValue.Member] = [("artifactLocation", artifact(file))]
    if let line {
      let columns: [JSONValue.Member] = column.map { [("startColumn", .integer($0))] } ?? []
      members.append(("region", .object([("startLine", .integer(line))] + columns)))
    }
    return ("physicalLocation", .object(members))
  }

  private func artifact(_ file: String) -> JSONValue {
    let address = address(of: file)
    let base: [JSONValue.Member] =
      address.hasPrefix("file:") ? [] : [("uriBaseId", .string("%SRCROOT%"))]
    return .object([("uri", .string(address))] + base)
  }

  /// Relative for a file in the working folder or below, else `file:` and the whole path.
  func address(of file: String) -> String {
    if file == "-" { return Self.encoded("<stdin>") }
    let whole = Self.simplified(file.hasPrefix("/") ? file : "\(folder)/\(file)")
    let start = folder.hasSuffix("/") ? folder : folder + "/"
    if whole.hasPrefix(start) { return Self.encoded(String(whole.dropFirst(start.count))) }
    return "file://" + Self.encoded(whole)
  }

  /// Without `.` and `..`, as far as the path says it by itself.
  private static func simplified(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part != ".." {
        parts.append(part)
      } else if !parts.isEmpty {
        parts.removeLast()
      }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// Percent-encoded but for what means the same everywhere in an address, and slashes.
  private static func encoded(_ path: String) -> String {
    path.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
        return String(UnicodeScalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        return "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }.joined()
  }
}
