import Glibc

/// What of the file system commands may use; tests put their own in its place.
protocol FileSystem: Sendable {
  /// The bytes of a file; `-` is standard input. Reads no more than `limit` and one.
  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8]
  func kind(of path: String) throws(FileError) -> FileKind
  /// The names in a folder, in the order of their bytes.
  func names(in folder: String) throws(FileError) -> [String]

  /// What tells whether a file has been changed; nil where there is none that can be looked at.
  func stamp(of path: String) -> FileStamp?

  /// The working folder, without a slash at its end.
  var folder: String { get }
  /// What file a path leads to or would make, `-` being standard input; nil where writing there
  /// replaces nothing.
  func identity(of path: String) -> FileIdentity?
  /// The file that standard output goes to; nil where it is none.
  func identityOfOutput() -> FileIdentity?
  /// Opens a file to be replaced, or to be added to.
  func create(_ path: String, appending: Bool) throws(ReportFileError) -> any OutputFile
  /// Makes a file that is not there; one that is, a link that leads nowhere included, is left
  /// alone and is an error.
  func createNew(_ path: String, _ text: String) throws(FileError)
}

/// What a path leads to.
enum FileKind: Sendable {
  case file
  case folder
  /// A symbolic link to a folder: not followed, for it may lead back.
  case linkToFolder
  /// A device, a pipe or a socket: read where it is named, and no file of a folder.
  case special
}

/// What differs between a file and what becomes of it when it is written or replaced.
struct FileStamp: Hashable, Sendable {
  var identity: FileIdentity
  var size: Int
  /// When it was last changed, in nanoseconds since 1970.
  var changed: Int
}

/// The real file system.
struct RealFileSystem: FileSystem {
  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    if path == "-" { return try read(STDIN_FILENO, path, limit) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw Self.error(path) }
    defer { close(descriptor) }
    return try read(descriptor, path, limit)
  }

  private func read(_ descriptor: Int32, _ path: String, _ limit: Int) throws(FileError) -> [UInt8]
  {
    var bytes: [UInt8] = []
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
      // All at once: growing would take twice as much.
      bytes.reserveCapacity(min(limit, Int(status.st_size)) + 1)
    }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= limit {
      let wanted = min(chunk.count, limit + 1 - bytes.count)
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, wanted) }
      if count == 0 { break }
      // Nobody may ever write the rest of a pipe or a terminal.
      if count < 0 && errno == EINTR && Interrupts.signal == nil { continue }
      if count < 0 { throw errno == EISDIR ? .isFolder(path) : Self.error(path) }
      bytes += chunk[..<count]
    }
    return bytes
  }

  func kind(of path: String) throws(FileError) -> FileKind {
    var status = stat()
    guard stat(path, &status) == 0 else { throw Self.error(path) }
    if status.st_mode & S_IFMT == S_IFREG { return .file }
    if status.st_mode & S_IFMT != S_IFDIR { return .special }
    var link = stat()
    let isLink = lstat(path, &link) == 0 && link.st_mode & S_IFMT == S_IFLNK
    return isLink ? .linkToFolder : .folder
  }

  func names(in folder: String) throws(FileError) -> [String] {
    guard let stream = opendir(folder) else { throw Self.error(folder) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  func stamp(of path: String) -> FileStamp? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return FileStamp(
      identity: FileIdentity(device: UInt(status.st_dev), inode: UInt(status.st_ino)),
      size: Int(status.st_size),
      changed: status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec)
  }

  func createNew(_ path: String, _ text: String) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor < 0 {
      let code = errno
      throw code == EEXIST
        ? .exists(path) : .unwritable(path, reason: String(cString: strerror(code)))
    }
    var rest = Array(text.utf8)[...]
    var failure: Int32 = 0
    while !rest.isEmpty && failure == 0 {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { failure = errno }
    }
    if close(descriptor) != 0 && failure == 0 { failure = errno }
    if failure != 0 {
      // A part of a file is no file; it was not there before.
      unlink(path)
      throw .unwritable(path, reason: String(cString: strerror(failure)))
    }
  }

  /// The error that `errno` stands for.
  private static func error(_ path: String) -> FileError {
    let code = errno
    if code == ENOENT || code == ENOTDIR {
      return path.isMisread ? .misnamed(path) : .missing(path)
    }
    return .unreadable(path, reason: String(cString: strerror(code)))
  }
}

extension String {
  /// Whether the text may be a name whose bytes were not UTF-8: it has what stands for such bytes.
  var isMisread: Bool { unicodeScalars.contains("\u{FFFD}") }
}
