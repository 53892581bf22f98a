extension ScenarioError.Reason {
  /// A stable name for each kind of reason, without its payload.
  package enum Code: String, CaseIterable, Sendable {
    case fileTooLarge = "file-too-large"
    case invalidUTF8 = "invalid-utf8"
    case unexpectedCharacter = "unexpected-character"
    case unterminatedComment = "unterminated-comment"
    case unterminatedString = "unterminated-string"
    case invalidEscape = "invalid-escape"
    case loneSurrogate = "lone-surrogate"
    case invalidNumber = "invalid-number"
    case needsQuotes = "needs-quotes"
    case unexpectedToken = "unexpected-token"
    case nestedTooDeep = "nested-too-deep"
    case duplicateKey = "duplicate-key"
    case unknownKey = "unknown-key"
    case missingKey = "missing-key"
    case wrongValue = "wrong-value"
    case wrongCount = "wrong-count"
    case unknownName = "unknown-name"
    case malformedName = "malformed-name"
    case emptyText = "empty-text"
    case textTooLong = "text-too-long"
    case controlCharacter = "control-character"
    case malformedEntry = "malformed-entry"
    case repeatedItem = "repeated-item"
    case argumentNotTaken = "argument-not-taken"
    case missingArgument = "missing-argument"
    case nameUnlikeFile = "name-unlike-file"
    case taken
    case lpidOfL1 = "lpid-of-l1"
    case slotEndsBeyond = "slot-ends-beyond"
    case slotsOverlap = "slots-overlap"
    case gfnOutsideSlots = "gfn-outside-slots"
    case gfnWithoutPage = "gfn-without-page"
    case readOnlyForVMM = "read-only-for-vmm"
    case frameInUse = "frame-in-use"
    case notEntered = "not-entered"
    case needsGuestEntry = "needs-guest-entry"
    case shadowOfAbsentPage = "shadow-of-absent-page"
    case unknownReference = "unknown-reference"
    case slotNotLogged = "slot-not-logged"
    case slotChangedTwice = "slot-changed-twice"
    case leafOfBasePages = "leaf-of-base-pages"
    case hugePageHasGaps = "huge-page-has-gaps"
    case entryUnderLeaf = "entry-under-leaf"
    case moveOverlaps = "move-overlaps"
    case keyOfOtherTable = "key-of-other-table"
    case nameOfOtherTable = "name-of-other-table"
    case halfHashedEntry = "half-hashed-entry"
    case noHashedEntry = "no-hashed-entry"
    case vcpuOnTwoThreads = "vcpu-on-two-threads"
    case vcpuIsStopped = "vcpu-is-stopped"
    case loggingIsUnchanged = "logging-is-unchanged"
    case noLandmark = "no-landmark"
    case unread = "unread"
    case violatesMissing = "violates-missing"
    case violatesOfHolds = "violates-of-holds"
    case violatesOfUnpinned = "violates-of-unpinned"
    case violatesUnchecked = "violates-unchecked"
  }

  package var code: Code {
    switch self {
    case .fileTooLarge: .fileTooLarge
    case .invalidUTF8: .invalidUTF8
    case .unexpectedCharacter: .unexpectedCharacter
    case .unterminatedComment: .unterminatedComment
    case .unterminatedString: .unterminatedString
    case .invalidEscape: .invalidEscape
    case .loneSurrogate: .loneSurrogate
    case .invalidNumber: .invalidNumber
    case .needsQuotes: .needsQuotes
    case .unexpectedToken: .unexpectedToken
    case .nestedTooDeep: .nestedTooDeep
    case .duplicateKey: .duplicateKey
    case .unknownKey: .unknownKey
    case .missingKeys: .missingKey
    case .wrongValue: .wrongValue
    case .wrongCount: .wrongCount
    case .unknownName: .unknownName
    case .malformedName: .malformedName
    case .emptyText: .emptyText
    case .textTooLong: .textTooLong
    case .controlCharacter: .controlCharacter
    case .malformedEntry: .malformedEntry
    case .repeatedItem: .repeatedItem
    case .argumentNotTaken: .argumentNotTaken
    case .missingArguments: .missingArgument
    case .nameUnlikeFile: .nameUnlikeFile
    case .taken: .taken
    case .lpidOfL1: .lpidOfL1
    case .slotEndsBeyond: .slotEndsBeyond
    case .slotsOverlap: .slotsOverlap
    case .gfnOutsideSlots: .gfnOutsideSlots
    case .gfnWithoutPage: .gfnWithoutPage
    case .readOnlyForVMM: .readOnlyForVMM
    case .frameInUse: .frameInUse
    case .notEntered: .notEntered
    case .needsGuestEntry: .needsGuestEntry
    case .shadowOfAbsentPage: .shadowOfAbsentPage
    case .unknownReference: .unknownReference
    case .slotNotLogged: .slotNotLogged
    case .slotChangedTwice: .slotChangedTwice
    case .leafOfBasePages: .leafOfBasePages
    case .hugePageHasGaps: .hugePageHasGaps
    case .entryUnderLeaf: .entryUnderLeaf
    case .moveOverlaps: .moveOverlaps
    case .keyOfOtherTable: .keyOfOtherTable
    case .nameOfOtherTable: .nameOfOtherTable
    case .halfHashedEntry: .halfHashedEntry
    case .noHashedEntry: .noHashedEntry
    case .vcpuOnTwoThreads: .vcpuOnTwoThreads
    case .vcpuIsStopped: .vcpuIsStopped
    case .loggingIsUnchanged: .loggingIsUnchanged
    case .noLandmark: .noLandmark
    case .unread: .unread
    case .violatesMissing: .violatesMissing
    case .violatesOfHolds: .violatesOfHolds
    case .violatesOfUnpinned: .violatesOfUnpinned
    case .violatesUnchecked: .violatesUnchecked
    }
  }
}
