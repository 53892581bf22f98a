/// A place in a text file, as editors count it.
///
/// Units: lines and columns from 1; a column is one Unicode scalar.
package struct SourcePosition: Hashable, Sendable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) { (self.line, self.column) = (line, column) }
}
