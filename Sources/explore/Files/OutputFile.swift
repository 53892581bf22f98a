import Glibc

/// A file that a report goes into, piece by piece.
protocol OutputFile: AnyObject {
  /// Adds text; what cannot be written is told by ``finish()``.
  func write(_ text: String)
  /// Puts the whole file where it belongs; without this it is as if it had not been opened.
  func finish() throws(ReportFileError)
}

/// What tells whether two paths lead to one file, through links as well.
struct FileIdentity: Hashable, Sendable {
  var device: UInt
  var inode: UInt
  /// The name in that folder where there is no such file yet; empty for a file that there is.
  var name = ""
}

extension RealFileSystem {
  var folder: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }

  /// Devices, pipes and folders have none: what is written there replaces nothing.
  func identity(of path: String) -> FileIdentity? {
    var status = stat()
    if path == "-" { return fstat(STDIN_FILENO, &status) == 0 ? Self.identity(status) : nil }
    if stat(path, &status) == 0 { return Self.identity(status) }
    let (folder, name) = Self.split(Self.resolved(path))
    guard stat(folder, &status) == 0 else { return nil }
    return FileIdentity(device: UInt(status.st_dev), inode: UInt(status.st_ino), name: name)
  }

  func identityOfOutput() -> FileIdentity? {
    var status = stat()
    return fstat(STDOUT_FILENO, &status) == 0 ? Self.identity(status) : nil
  }

  private static func identity(_ status: stat) -> FileIdentity? {
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    return FileIdentity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
  }

  func create(_ path: String, appending: Bool) throws(ReportFileError) -> any OutputFile {
    var status = stat()
    let isThere = stat(path, &status) == 0
    if isThere && status.st_mode & S_IFMT == S_IFDIR { throw .isFolder(path) }
    if appending {
      return try DirectFile(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC)
    }
    guard isThere else { return try ReplacedFile(path, at: Self.resolved(path), mode: nil) }
    if status.st_mode & S_IFMT != S_IFREG { return try DirectFile(path, O_WRONLY | O_CLOEXEC) }
    if access(path, W_OK) != 0 { throw .unwritable(path, reason: errorText(errno)) }
    // An open file that has lost its name can be written, but not be replaced.
    let (target, identity) = (Self.resolved(path), Self.identity(status))
    guard self.identity(of: target) == identity else {
      return try DirectFile(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
    }
    return try ReplacedFile(path, at: target, mode: status.st_mode & 0o7777)
  }

  /// The path without links, also where it leads to nothing yet.
  static func resolved(_ path: String, links: Int = 40) -> String {
    if let real = realpath(path, nil) {
      defer { free(real) }
      return String(cString: real)
    }
    let (folder, name) = split(path)
    var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = bytes.withUnsafeMutableBytes { bytes in
      bytes.baseAddress.map { readlink(path, $0, bytes.count) } ?? -1
    }
    if count > 0 && links > 0 {
      let target = String(decoding: bytes[..<count], as: UTF8.self)
      return resolved(target.hasPrefix("/") ? target : "\(folder)/\(target)", links: links - 1)
    }
    guard links > 0, let real = realpath(folder, nil) else { return path }
    defer { free(real) }
    return "\(String(cString: real))/\(name)"
  }

  /// The folder that a path is in, and its name there.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = String(path[..<slash])
    return (folder.isEmpty ? "/" : folder, String(path[path.index(after: slash)...]))
  }
}

/// What an error number means.
private func errorText(_ code: Int32) -> String { String(cString: strerror(code)) }

/// A device, a pipe, or a file that is added to: what is written is there at once.
private final class DirectFile: OutputFile {
  private let path: String
  private let descriptor: Int32
  private var failure: Int32?

  init(_ path: String, _ flags: Int32) throws(ReportFileError) {
    (self.path, descriptor) = (path, open(path, flags, 0o666))
    if descriptor < 0 { throw .unwritable(path, reason: errorText(errno)) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func write(_ text: String) {
    if failure == nil { failure = Console.writeAll(text, to: descriptor) }
  }

  func finish() throws(ReportFileError) {
    if let failure { throw .unwritable(path, reason: errorText(failure)) }
  }
}

/// A file that is written aside and takes its place when it is whole.
///
/// Where the file system can, it has no name until then, so that nothing is left of it however the
/// process ends.
private final class ReplacedFile: OutputFile {
  private let path: String
  private let target: String
  /// Beside the target, so that it can be renamed.
  private let temporary: String
  private let descriptor: Int32
  private var hasName: Bool
  private var failure: Int32?

  /// `target` is the path without links; `mode` that of the file that is replaced, if there is
  /// one.
  init(_ path: String, at target: String, mode: mode_t?) throws(ReportFileError) {
    let folder = RealFileSystem.split(target).folder
    var aside: String
    var number = 0
    repeat {
      aside = "\(folder)/.explore-\(getpid())-\(number).tmp"
      number += 1
    } while access(aside, F_OK) == 0
    (self.path, self.target, temporary) = (path, target, aside)
    let unnamed: Int32 = 0o20_000_000 | O_DIRECTORY
    var opened: Int32 = -1
    if access("/proc/self/fd", X_OK) == 0 {
      opened = open(folder, unnamed | O_WRONLY | O_CLOEXEC, 0o666)
    }
    hasName = opened < 0
    if hasName { opened = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
    descriptor = opened
    if opened < 0 { throw .unwritable(path, reason: errorText(errno)) }
    if let mode { fchmod(opened, mode) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if descriptor >= 0 && hasName { unlink(temporary) }
  }

  func write(_ text: String) {
    if failure == nil { failure = Console.writeAll(text, to: descriptor) }
  }

  func finish() throws(ReportFileError) {
    if let failure { throw .unwritable(path, reason: errorText(failure)) }
    if !hasName {
      let here = "/proc/self/fd/\(descriptor)"
      guard linkat(AT_FDCWD, here, AT_FDCWD, temporary, Int32(AT_SYMLINK_FOLLOW)) == 0 else {
        throw .unwritable(path, reason: errorText(errno))
      }
      hasName = true
    }
    if rename(temporary, target) != 0 { throw .unwritable(path, reason: errorText(errno)) }
    hasName = false
  }
}
