import Distillation
import Foundation
import Kindred
import Testing

@testable import KindredCLI

/// Every parameter is explained by the comment above it, and the command has that comment.
@Suite struct ParameterCommentsTests {
  private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized
  private static let file = root.appending(
    path: "Sources/KindredCLI/Parameters/ParameterGuide+Kindred.swift")

  /// Every type whose parameters are shown, and the types of these.
  private static var types: Set<String> {
    let registry = Registry.linked
    var types: [any Configurable.Type] = registry.terms.values.map { $0 }
    types += registry.relations.values.map { $0 as any Configurable.Type }
    types += registry.matchers.values.map { $0 as any Configurable.Type }
    types += registry.knowledge.values.map { $0 as any Configurable.Type }
    types += Weightings.all.map { settings(of: $0) }
    return Set(types.flatMap { names(of: $0.standard) })
  }

  private static func settings<W: Weighting>(of type: W.Type) -> any Configurable.Type {
    W.Settings.self
  }

  private static func names(of value: any Configurable) -> [String] {
    let values = Mirror(reflecting: value).children.map { $0.value }
    return ([value] + values).map { ParameterGuide.name(of: type(of: $0)) }
      + values.compactMap { $0 as? any SharedParameters }.flatMap { names(of: $0) }
  }

  /// The comments in the sources of the core and of the papers.
  private static func extracted() throws -> ParameterComments {
    var extractor = ParameterExtractor()
    for folder in ["Sources/Distillation", "Plugins"] {
      let paths = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
      for case let path as String in paths ?? .init() where path.hasSuffix(".swift") {
        let module = folder == "Plugins" ? path.split(separator: "/")[0] : "Distillation"
        extractor.read(
          try String(contentsOf: root.appending(path: "\(folder)/\(path)"), encoding: .utf8),
          module: String(module))
      }
    }
    let types = types
    return extractor.comments.filter { types.contains($0.key) }
  }

  private static func source(_ comments: ParameterComments) -> String {
    """
    // Extracted from the documentation comments above the parameters. After a change of these, write
    // this file again with
    //
    //     KINDRED_WRITE=1 swift test --filter ParameterCommentsTests

    extension ParameterGuide {
      /// What the parameters of Kindred's own types are.
      static let kindred: ParameterComments = \(
        ParameterExtractor.literal(comments, indentation: 2))
    }

    """
  }

  @Test func theCommandHasTheCommentsOfTheSources() throws {
    let source = Self.source(try Self.extracted())
    if ProcessInfo.processInfo.environment["KINDRED_WRITE"] != nil {
      try source.write(to: Self.file, atomically: true, encoding: .utf8)
    }
    #expect(
      try source == String(contentsOf: Self.file, encoding: .utf8),
      "write it again: KINDRED_WRITE=1 swift test --filter ParameterCommentsTests")
  }

  @Test func everyParameterIsExplained() throws {
    let guide = ParameterGuide(adding: try Self.extracted())
    let registry = Registry.linked
    var unexplained: [String] = []
    func look<T: Configurable>(at type: T.Type) {
      let parameters = guide.parameters(of: type)
      #expect(parameters.map { $0.name } == T.standard.parameters.map { $0.name })
      for parameter in parameters where parameter.summary?.hasSuffix(".") != true {
        unexplained.append("\(String(reflecting: type)).\(parameter.name)")
      }
    }
    for type in registry.terms.values { look(at: type) }
    for type in registry.relations.values { look(at: type) }
    for type in registry.matchers.values { look(at: type) }
    for type in registry.knowledge.values { look(at: type) }
    for type in Weightings.all { lookAtSettings(of: type) }
    func lookAtSettings<W: Weighting>(of type: W.Type) { look(at: W.Settings.self) }
    #expect(unexplained.sorted() == [], "a sentence is missing above these")
  }

  /// A holder's comment on what it holds explains the parameter of that name.
  @Test func whatAHolderSaysGoesFirst() {
    let guide = ParameterGuide(adding: [
      ParameterGuide.name(of: Holder.self): ["layer": "The holder's."],
      "Distillation.MatchedLayer": ["layer": "Any layer.", "teacherLayer": "The teacher's."],
    ])
    #expect(
      guide.parameters(of: Holder.self).map { $0.summary } == ["The holder's.", "The teacher's."])
    #expect(
      guide.parameters(of: OtherHolder.self).map { $0.summary } == ["Any layer.", "The teacher's."])
  }

  struct Holder: Configurable {
    var layer = MatchedLayer.lastStage
    static let standard = Self()
  }

  struct OtherHolder: Configurable {
    var layer = MatchedLayer.lastStage
    static let standard = Self()
  }
}
