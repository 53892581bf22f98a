/// Names of numbers that files need not define: the kernel's error numbers, the flags of
/// allocations, and the ends of types.
///
/// A file may declare the same names as it likes.
enum KnownConstant {
  /// By name: the value, and its type.
  static let table: [String: (value: Int64, type: IntegerType)] = {
    var table: [String: (value: Int64, type: IntegerType)] = [:]
    for (index, name) in errors.split(whereSeparator: \.isWhitespace).enumerated()
    where name != "-" {
      table[String(name)] = (Int64(index + 1), .int)
    }
    for (name, number) in [
      ("EWOULDBLOCK", Int64(11)), ("EDEADLOCK", 35), ("ERESTARTSYS", 512), ("ERESTARTNOINTR", 513),
      ("ERESTARTNOHAND", 514), ("ENOIOCTLCMD", 515), ("ERESTART_RESTARTBLOCK", 516),
      ("EPROBE_DEFER", 517), ("ENOTSUPP", 524), ("EIOCBQUEUED", 529), ("MAX_ERRNO", 4095),
      ("SINGLE_DEPTH_NESTING", 1), ("BITS_PER_BYTE", 8), ("BITS_PER_LONG", 64),
    ] { table[name] = (number, .int) }
    for flag in AllocationFlags.named { table[flag.name] = (flag.value, .unsignedInt) }
    for (name, value) in TaskState.named { table[name] = (value, .int) }
    for bits: UInt8 in [8, 16, 32, 64] {
      let signed = IntegerType(bits: bits, isSigned: true)
      let unsigned = IntegerType(bits: bits, isSigned: false)
      // Narrow ones are promoted wherever they are used.
      let (most, least) = (Int64.max &>> Int64(64 - bits), Int64.min &>> Int64(64 - bits))
      table["S\(bits)_MAX"] = (most, signed.promoted)
      table["S\(bits)_MIN"] = (least, signed.promoted)
      table["U\(bits)_MAX"] = (unsigned.wrap(-1), unsigned.promoted)
    }
    for (name, other) in [
      ("SCHAR", "S8"), ("SHRT", "S16"), ("INT", "S32"), ("LONG", "S64"), ("LLONG", "S64"),
    ] {
      table["\(name)_MAX"] = table["\(other)_MAX"]
      table["\(name)_MIN"] = table["\(other)_MIN"]
    }
    table["MAX_SCHEDULE_TIMEOUT"] = table["LONG_MAX"]
    for (name, other) in [
      ("UCHAR", "U8"), ("USHRT", "U16"), ("UINT", "U32"), ("ULONG", "U64"), ("ULLONG", "U64"),
      ("SIZE", "U64"),
    ] { table["\(name)_MAX"] = table["\(other)_MAX"] }
    return table
  }()

  /// In the order of their numbers, from 1; `-` where a number has no name.
  private static let errors = """
    EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT
    ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG
    ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY
    ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR
    EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE
    ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD
    EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK
    EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP
    EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET
    ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT
    ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL
    EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED
    EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL EHWPOISON
    """
}
