// Objects that are allocated and freed: where they lie, and where pointers to them end.
extension Program {
  /// What the pointers point to that the program frees; `void` is anything.
  var freedTypes: Set<CType> {
    var found: Set<CType> = []
    visitExpressions { expression in
      guard case .primitive(.free, _, let arguments) = expression.kind else { return }
      for var pointer in arguments {
        while case .convert(let operand) = pointer.kind, operand.type.pointee != nil {
          pointer = operand
        }
        if let type = pointer.type.pointee { found.insert(type) }
      }
    }
    return found
  }

  /// Whether a pointer to one of these types can be the address of a global structure.
  func canBeFreed(_ variable: Variable, among types: Set<CType>) -> Bool {
    if types.isEmpty { return false }
    guard variable.function == nil, case .structure = variable.type else { return false }
    return types.contains(.void) || beginnings(of: variable.type).contains(where: types.contains)
  }

  /// The types that begin where a type does: its own, that of its first member, and so on.
  private func beginnings(of type: CType) -> [CType] {
    switch type {
    case .structure(let number):
      [type] + (structures[number].members?.first.map { beginnings(of: $0.type) } ?? [])
    case .array(let element, _): [type] + beginnings(of: element)
    default: [type]
    }
  }
}

extension Program {
  /// Whether members can lack values in an object that is allocated.
  var allocatesWithoutValues: Bool {
    usesPrimitive {
      if case .allocate(let allocation) = $0 { return !allocation.isZeroed }
      return false
    }
  }
}

extension Lowering {
  /// Gives the objects of pools their places.
  func layOutPools() {
    for pool in program.pools {
      let (first, type) = (result.objects.count, CType.structure(pool.structure))
      let empty = valueCells(of: type)
      for index in 0..<pool.count {
        let name = "\(pool.name)#\(index)"
        let location = addObject(name, type, thread: nil, at: pool.offset)
        result.objects[first + index].lifetime = .pooled
        result.objects[first + index].life = addLife(named: name, at: .unused)
        for cell in empty {
          result.slots[Int(result.slotOfLocation[location + cell])].startsEmpty = true
        }
      }
      result.pools.append(
        LoweredPool(
          structure: pool.structure, first: first, count: pool.count, mayFail: pool.mayFail))
    }
  }

  /// What is compared of a value: of a pointer that can lead to what is no more, where it leads.
  func place(_ value: Int32, _ type: CType) -> Int32 {
    guard type.pointee != nil, !result.pools.isEmpty, constantValue(value) == nil else {
      return value
    }
    return node(Node(operation: .place, a: value))
  }

  /// The node of the address of a new object.
  func allocate(
    _ allocation: Primitive.Allocation, _ flags: Int32, _ type: CType, at offset: Int
  ) -> Int32 {
    let number = result.pools.firstIndex { $0.structure == allocation.structure }
    guard let number else {
      report(
        .type, at: offset,
        "what is allocated here is not known: write 'sizeof(struct NAME)', or assign it to a "
          + "pointer to what it is")
      return constant(0)
    }
    let target = temporary(type)
    // Nothing fails before the threads run.
    let operation = Instruction.Operation.allocate(
      Instruction.Allocation(
        pool: Int32(number), isZeroed: allocation.isZeroed,
        mayFail: result.pools[number].mayFail && !isInitial))
    emit(
      Instruction(
        operation: operation, isStep: true, isMarked: true, target: target, value: flags,
        depthSlot: depthSlot), at: offset)
    return slot(target)
  }

  /// Gives a global that may be freed the slot that says whether it has been.
  func addLife(ofObjectAt location: Int?) {
    guard let location else { return }
    let number = Int(result.objectOfLocation[location])
    let object = result.objects[number]
    let life = addLife(named: object.name, at: .alive)
    result.objects[number].lifetime = .freeable
    result.objects[number].life = life
    for slot in object.slots { result.slots[Int(slot)].life = life }
  }

  private func addLife(named name: String, at stage: LifeStage) -> Int32 {
    var slot = Slot(
      name: "\(name).life", content: .upTo(LifeStage.freed.rawValue), initial: stage.rawValue)
    slot.use = .life
    result.slots.append(slot)
    return Int32(result.slots.count - 1)
  }

  /// Gives what ends, and whose cells are used again, a grave.
  func layOutGraves() {
    result.firstGrave = result.slotOfLocation.count
    for number in result.objects.indices {
      let object = result.objects[number]
      switch object.lifetime {
      case .global, .freeable, .grave: continue
      case .local, .pooled: break
      }
      let grave = result.slotOfLocation.count
      guard grave + object.size + object.containers < Int(Address.mostLocations) else {
        return report(
          .limit, at: 0,
          "the objects of the program have more than "
            + "\(Address.mostLocations / 2) parts, with the locals of inlined functions")
      }
      let places = object.size + object.containers + 1
      result.slotOfLocation += Array(repeating: Nowhere.dead.rawValue, count: places)
      result.objectOfLocation += Array(repeating: Int32(result.objects.count), count: places)
      result.objects[number].grave = grave
      result.objects.append(
        MemoryObject(
          name: object.name, base: grave, size: object.size, slots: 0..<0, count: object.count,
          lifetime: .grave(of: number)))
    }
  }
}
