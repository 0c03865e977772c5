/// The parts of a manifest that `kindred with` reads, as `swift package dump-package` writes them.
struct ManifestDump: Decodable {
  let dependencies: [Dependency]
  let platforms: [Platform]?
  let products: [Product]
  let targets: [Target]

  struct Platform: Decodable {
    let platformName, version: String
  }

  struct Product: Decodable {
    let name: String
    let targets: [String]
    /// `library` with its linkage, or another kind with nothing.
    let type: [String: [String]?]
  }

  struct Target: Decodable {
    let name, type: String
    /// `nil` if its sources are where SwiftPM looks for them.
    let path: String?
    let dependencies: [Use]
    let resources: [Resource]?
  }

  /// A file or a folder that the target's code reads, by its path in the target's folder.
  struct Resource: Decodable {
    let path: String
  }

  /// A dependency of a target by its names. The conditions that follow them are left out.
  struct Use: Decodable {
    let product, byName, target: Names?

    /// The target of the package that is meant, if one is.
    var own: String? { (target ?? byName)?.first }
  }

  /// The first name, and that of the package in which it is.
  struct Names: Decodable {
    let first: String
    let last: String?

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      first = try list.decode(String.self)
      last = list.isAtEnd ? nil : try? list.decodeIfPresent(String.self)
    }
  }

  struct Dependency: Decodable {
    let fileSystem: [Folder]?
    let sourceControl: [Repository]?
  }

  struct Folder: Decodable {
    let identity, path: String
    let nameForTargetDependencyResolutionOnly: String?
  }

  struct Repository: Decodable {
    let identity: String
    let nameForTargetDependencyResolutionOnly: String?
    let location: Location
    let requirement: Requirement
  }

  struct Location: Decodable {
    let remote: [Remote]?
    let local: [String]?
  }

  struct Remote: Decodable {
    let urlString: String
  }

  struct Requirement: Decodable {
    let exact, branch, revision: [String]?
    let range: [Bounds]?
  }

  struct Bounds: Decodable {
    let lowerBound, upperBound: String
  }
}

extension ManifestDump {
  /// A target and all others of the package that it needs.
  func targets(below name: String) -> Set<String> {
    var found: Set<String> = []
    var open = [name]
    while let name = open.popLast() {
      guard let target = targets.first(where: { $0.name == name }),
        found.insert(name).inserted
      else { continue }
      open += target.dependencies.compactMap { $0.own }
    }
    return found
  }
}

extension ManifestDump.Dependency {
  /// Whether targets call the package by a name in small letters.
  func isCalled(_ name: String) -> Bool {
    [
      fileSystem?.first?.identity, fileSystem?.first?.nameForTargetDependencyResolutionOnly,
      sourceControl?.first?.identity, sourceControl?.first?.nameForTargetDependencyResolutionOnly,
    ].contains { $0?.lowercased() == name }
  }

  /// Where the package is; `nil` for one of a registry.
  var kindred: PaperPackage.Kindred? {
    if let folder = fileSystem?.first { return .folder(folder.path) }
    guard let repository = sourceControl?.first,
      let url = repository.location.remote?.first?.urlString ?? repository.location.local?.first,
      let requirement = repository.requirement.swift
    else { return nil }
    return .repository(url, requirement: requirement)
  }
}

extension ManifestDump.Requirement {
  /// As a manifest writes it.
  var swift: String? {
    if let range = range?.first {
      return "\(range.lowerBound.debugDescription)..<\(range.upperBound.debugDescription)"
    }
    return [("exact", exact), ("branch", branch), ("revision", revision)].lazy
      .compactMap { label, value in value?.first.map { "\(label): \($0.debugDescription)" } }.first
  }
}
