import Glibc

extension Console {
  /// The process's own streams.
  static func process() -> Console {
    Console(
      facts: Facts(
        outputColumns: columns(of: STDOUT_FILENO), errorColumns: columns(of: STDERR_FILENO)),
      write: { text, stream in
        let descriptor =
          switch stream {
          case .output: STDOUT_FILENO
          case .error: STDERR_FILENO
          }
        if let failure = writeAll(text, to: descriptor) { end(after: failure, on: stream) }
      })
  }

  /// The columns of a terminal, 80 where it does not say; nil for what is no terminal.
  private static func columns(of descriptor: Int32) -> Int? {
    guard isatty(descriptor) == 1 else { return nil }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes every byte; the error number when that is impossible.
  static func writeAll(_ text: String, to descriptor: Int32) -> Int32? {
    var text = text
    return text.withUTF8 { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Glibc.write(
          descriptor, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count > 0 {
          rest = rest.dropFirst(count)
        } else if count < 0 && errno == EAGAIN {
          var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&ready, 1, -1)
        } else if count < 0 && errno != EINTR {
          return errno
        }
      }
      return nil
    }
  }

  /// A reader that has gone is no reason to complain; a full disk is.
  private static func end(after failure: Int32, on stream: Stream) {
    let brokenPipe: Int32 = 128 + SIGPIPE
    if failure == EPIPE { exit(brokenPipe) }
    // After a hang-up the terminal takes nothing any more.
    if let signal = Interrupts.signal, failure == EIO { exit(signal.exitCode.rawValue) }
    if stream == .output {
      let reason = String(cString: strerror(failure))
      _ = writeAll("explore: cannot write the results: \(reason)\n", to: STDERR_FILENO)
      exit(ExitCode.usage.rawValue)
    }
  }
}
