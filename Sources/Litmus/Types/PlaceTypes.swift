// Types of places, as far as lowering needs them.
extension Place {
  /// The place of which it is a part.
  var root: Place {
    switch self {
    case .variable, .pointee, .result: self
    case .member(let base, _), .element(let base, _, _, _): base.root
    }
  }
}

extension Program {
  /// The type of a place; nil where it lies within something larger that has no name here.
  func type(of place: Place) -> CType? {
    switch place {
    case .variable(let number): return variables[number].type
    case .result(let value): return value.type
    case .pointee(let pointer): return pointer.type.pointee
    case .member(let base, let offset): return type(of: base).flatMap { part(of: $0, at: offset) }
    case .element(let base, _, _, _):
      if case .array(let element, _)? = type(of: base) { return element }
      return nil
    }
  }

  /// The part of a structure or array that begins `offset` cells from its start.
  private func part(of type: CType, at offset: Int) -> CType? {
    switch type {
    case .structure(let number):
      return structures[number].members?.first { $0.offset == offset }?.type
    case .array(let element, _):
      let size = size(of: element)
      return size > 0 && offset % size == 0 ? element : part(of: element, at: offset % max(1, size))
    default: return offset == 0 ? type : nil
    }
  }

  func size(of type: CType) -> Int {
    switch type {
    case .void, .function: 0
    case .integer, .pointer: 1
    case .array(let element, let count): size(of: element) * count
    case .structure(let number): structures[number].size
    case .object: 1
    }
  }

  /// The types of a structure's cells in order; nil if it holds what cannot be copied.
  func cells(of place: Place) -> [CType]? { type(of: place).flatMap(cells) }

  private func cells(of type: CType) -> [CType]? {
    switch type {
    case .integer, .pointer: return [type]
    case .array(let element, let count):
      return cells(of: element).map { Array(repeating: $0, count: count).flatMap { $0 } }
    case .structure(let number):
      var all: [CType] = []
      for member in structures[number].members ?? [] {
        guard let inner = cells(of: member.type) else { return nil }
        all += inner
      }
      return all
    case .object: return [.int]
    case .void, .function: return nil
    }
  }

  /// Whether something of the type holds values, which it may lack at first.
  func hasValues(_ type: CType) -> Bool {
    switch type {
    case .integer, .pointer, .object(.atomic), .object(.refcount): true
    case .array(let element, _): hasValues(element)
    case .structure(let number): (structures[number].members ?? []).contains { hasValues($0.type) }
    case .object, .void, .function: false
    }
  }

  /// Whether something of the type is a structure, or is made of structures.
  func holdsStructure(_ type: CType) -> Bool {
    switch type {
    case .structure: true
    case .array(let element, _): holdsStructure(element)
    default: false
    }
  }

  /// Whether something of the type can be copied: it holds nothing that primitives work on.
  func canBeCopied(_ type: CType) -> Bool {
    switch type {
    case .integer, .pointer: true
    case .array(let element, _): canBeCopied(element)
    case .structure(let number):
      (structures[number].members ?? []).allSatisfy { canBeCopied($0.type) }
    case .object, .void, .function: false
    }
  }

  /// Whether a local of the type lies in memory even if its address is not taken.
  func needsMemory(_ type: CType) -> Bool {
    switch type {
    case .integer, .pointer, .void, .function: false
    case .array(let element, _): !element.isScalar
    case .structure(let number):
      (structures[number].members ?? []).contains { member in
        if case .array = member.type { return true }
        return needsMemory(member.type)
      }
    case .object: true
    }
  }

  /// Whether taking something of the type can put a thread to sleep.
  func sleeps(_ type: CType) -> Bool {
    switch type {
    case .object(.mutex), .object(.readWriteLock(sleeps: true)): true
    case .array(let element, _): sleeps(element)
    case .structure(let number): (structures[number].members ?? []).contains { sleeps($0.type) }
    default: false
    }
  }
}
