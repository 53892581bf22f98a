/// A kind of `container_of`: the structure, and its member at a distance from its start.
struct Container: Hashable {
  /// The type of the container.
  var type: CType
  /// That of the member.
  var member: CType
  /// In cells.
  var distance: Int
}

/// What `container_of` of one kind makes of the address of a member.
struct ContainerTable {
  /// In cells.
  var distance: Int
  /// By location of a member, which is 0 for NULL: that of its container.
  ///
  /// Where there is none, a location of its own stands for it.
  var locations: [Int: Int] = [:]
}

/// The member of a container that is not there.
struct ContainedMember {
  /// Where it lies; 0 is NULL.
  var location: Int
  /// How far from the start of the container, and how many cells it has.
  var distance: Int
  var size: Int
}

// `container_of`, where there is a container and where there is none: who has come back to the
// head of a list has a pointer to an entry that is not there. It may be made, and its member leads
// to the head again, but nothing else of it is there.
extension Lowering {
  /// Finds the kinds of containers that the program asks for.
  func collectContainers() {
    func collect(_ expression: TypedExpression) {
      expression.visit { part in
        guard case .container(let pointer, let distance) = part.kind,
          let type = part.type.pointee, let member = pointer.type.pointee
        else { return }
        let container = Container(type: type, member: member, distance: distance)
        if !containers.contains(container) { containers.append(container) }
      }
    }
    program.visitExpressions(collect)
    for property in program.properties { collect(property.expression) }
    for container in containers {
      var table = ContainerTable(distance: container.distance)
      if container.distance > 0 {
        let name = program.container("NULL", .pointer(container.type), container.distance)
        let location = addLocation(.containerOfNull, named: name)
        table.locations[0] = location
        result.members[location] = ContainedMember(
          location: 0, distance: container.distance, size: program.size(of: container.member))
      }
      result.containers.append(table)
    }
  }

  /// Finds the members in an object that has been added, and their containers.
  func findContainers(in type: CType, at base: Int) {
    let (number, structures) = (result.objects.count - 1, program.structures(in: type))
    nameNodes(structures, at: base)
    if containers.isEmpty { return }
    for (offset, member) in structures {
      for (kind, container) in containers.enumerated() where container.member == member {
        let start = offset - container.distance
        let location = base + offset
        if structures.contains(where: { $0.offset == start && $0.type == container.type }) {
          result.containers[kind].locations[location] = base + start
          continue
        }
        let slot = result.slots[Int(result.slotOfLocation[location])]
        let object = result.objects[number]
        let member = offset == 0 ? object.name : slot.name.droppingLastPart
        let made = addLocation(
          .noContainer,
          named: program.container("&" + member, .pointer(container.type), container.distance),
          in: Int32(number))
        result.containers[kind].locations[location] = made
        result.members[made] = ContainedMember(
          location: location, distance: container.distance,
          size: program.size(of: container.member))
        result.objects[number].containers += 1
      }
    }
  }

  /// Names the addresses of heads and nodes of lists by those, and not by their first parts.
  private func nameNodes(_ structures: [(offset: Int, type: CType)], at base: Int) {
    for (offset, type) in structures where offset > 0 {
      guard case .structure(let number) = type,
        PreludeText.structures[program.structures[number].name] != nil
      else { continue }
      let first = result.slots[Int(result.slotOfLocation[base + offset])]
      result.locationNames[base + offset] = "&" + first.name.droppingLastPart
    }
  }

  /// Whether what an address leads to may be a container that is not there and begins with its
  /// member, so that the address of that is another one.
  func mayBeNoContainer(_ place: Place) -> Bool {
    guard case .pointee = place, let type = program.type(of: place) else { return false }
    return containers.contains { $0.distance == 0 && $0.type == type }
  }

  /// The node of the address of a container.
  func container(of pointer: TypedExpression, _ type: CType, _ distance: Int) -> Int32 {
    let member = lower(pointer)
    let kind = containers.firstIndex { $0.distance == distance && $0.type == type.pointee }
    return node(Node(operation: .container, a: member, value: Int64(kind ?? 0)))
  }
}

extension Program {
  /// The structures that something of a type is made of, itself included, with their places.
  func structures(in type: CType) -> [(offset: Int, type: CType)] {
    switch type {
    case .array(let element, let count):
      let (inner, size) = (structures(in: element), size(of: element))
      if inner.isEmpty { return [] }
      return (0..<count).flatMap { index in
        inner.map { (index * size + $0.offset, $0.type) }
      }
    case .structure(let number):
      return [(0, type)]
        + (structures[number].members ?? []).flatMap { member in
          structures(in: member.type).map { (member.offset + $0.offset, $0.type) }
        }
    default: return []
    }
  }
}

extension String {
  /// `head` of `head.next`.
  fileprivate var droppingLastPart: String {
    guard let dot = lastIndex(of: ".") else { return self }
    return String(self[..<dot])
  }
}
