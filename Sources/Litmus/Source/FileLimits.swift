/// How large the parts of a race file may be; files are not trusted, and each limit is an error
/// with a position.
package enum FileLimits {
  /// Bytes of a file.
  package static let bytes = 1 << 20
  /// Tokens that are left when all macros are expanded.
  package static let tokens = 200_000
  /// Parentheses, operands, statements, declarators and macros inside each other.
  package static let nesting = 200
  /// Instructions of a thread when all functions are inlined.
  package static let instructions = 100_000
  /// Elements of an array, objects of a pool, values of `choose`, times of an interrupt.
  package static let count = 4096
  /// Macros that are defined from outside, by `-D` or in a row.
  package static let defines = 64
  /// Rows, each of which is a program of its own.
  package static let rows = 1024
  /// Properties, each of which is looked at in every state.
  package static let properties = 1024
  /// Threads; schedules name each by a letter.
  package static let threads = 26
  /// Spinlocks and mutexes of all threads, those of inlined functions included.
  package static let locks = 64
}
