import Foundation
import Kindred
import Testing
import Training

@testable import KindredCLI

/// The tables of docs/parts.md are what is registered, and the Swift in them is what stands here.
@Suite struct PartsPageTests {
  private static let catalogue = Catalogue(
    registry: .linked, networks: .standard, guide: ParameterGuide())

  @Test func tablesAreWhatIsRegistered() throws {
    let catalogue = Self.catalogue
    try GeneratedPage("parts.md").hold([
      ("knowledge", Self.table("knowledge", takes: "reads", catalogue.knowledge)),
      ("relations", Self.table("relation", takes: "takes", catalogue.relations)),
      ("matchers", Self.table("matcher", takes: "takes", catalogue.matchers)),
    ])
  }

  /// A row for each part, and one for each of its parameters.
  private static func table(_ kind: String, takes: String, _ entries: [Entry]) -> String {
    let rows = entries.flatMap { entry in
      [[code(entry.name), "", code(swift(entry)), entry.summary, entry.takes]]
        + entry.parameters.map { ["", code($0.argument), "", meaning($0), ""] }
    }
    return "| \(kind) | parameter | in Swift | meaning | \(takes) |\n|---|---|---|---|---|\n"
      + rows.map(GeneratedPage.row).joined()
  }

  /// What a parameter is, and each of its values if they are few.
  private static func meaning(_ parameter: ParameterDescription) -> String {
    let choices = parameter.choiceSummaries.map { "\(code($0.name)): \($0.summary)" }
    return choices.isEmpty
      ? parameter.meaning : ([parameter.summary ?? ""] + choices).joined(separator: "<br>")
  }

  private static func code(_ text: String) -> String { GeneratedPage.code(text) }

  // MARK: - Swift

  /// A part with all its parameters at their defaults, as Swift writes it.
  private static func swift(_ entry: Entry) -> String {
    // `.output("stage1")` has no label.
    let isOfLayer = [Output.name, Projected.name].contains(entry.name)
    let arguments = entry.parameters.enumerated().map { index, parameter in
      (isOfLayer && index == 0 ? "" : "\(parameter.name): ") + literal(parameter.value)
    }
    return ".\(entry.name)"
      + (arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))")
  }

  private static func literal(_ value: Any) -> String {
    switch value {
    case let text as String: return "\"\(text)\""
    case let value as any RawRepresentable<String>: return ".\(value)"
    case let value as Double: return Distillation.describe(value)
    default:
      let mirror = Mirror(reflecting: value)
      guard mirror.displayStyle == .optional else { return "\(value)" }
      return mirror.children.first.map { literal($0.value) } ?? "nil"
    }
  }

  private func knowledge<P: Knowledge & Configurable>(_ part: P) -> String { defaults(part) }
  private func relation<P: Relation<Tensor> & Configurable>(_ part: P) -> String {
    defaults(part)
  }
  private func relation<P: Relation<TensorPair> & Configurable>(_ part: P) -> String {
    defaults(part)
  }
  private func matcher<P: Matcher & Configurable>(_ part: P) -> String { defaults(part) }

  /// The name of a part, which has its defaults.
  private func defaults<P: Named & Configurable>(_ part: P) -> String {
    #expect(part == P.standard)
    return P.name
  }

  @Test func everySpellingCompiles() throws {
    let ofNetworks = [
      knowledge(.firstToken(layer: "tokens")),
      knowledge(.heads(layer: "tokens", count: 12)),
      knowledge(.labeledLogits),
      knowledge(.lastStage),
      knowledge(.layers(from: "stage1", to: "stage2")),
      knowledge(.leadingFeatures(layer: "embedding", width: 256)),
      knowledge(.meanToken(layer: "tokens")),
      knowledge(.output("embedding")),
      knowledge(.probabilities(temperature: 1)),
      knowledge(.projected("embedding", form: .linear, side: .student, rate: 1)),
      knowledge(.resampled(layer: "tokens", grid: 7, withoutFirst: 0, projection: .none)),
      knowledge(.tokens(layer: "tokens")),
      knowledge(.withoutFirst(layer: "tokens", count: 1)),
    ]
    let relations = [
      relation(.affinities(epsilon: 1e-07)),
      relation(.angles),
      relation(.attention),
      relation(.centered),
      relation(.channelGram),
      relation(.channelMaps),
      relation(.channels),
      relation(.correlation(kernel: .taylor, gamma: 0.4, order: 2, normalize: true)),
      relation(.cosines),
      relation(.crossCosines),
      relation(.distances),
      relation(.dividedByMaximum(detached: false)),
      relation(.dividedByMean),
      relation(.doublyCentered(unbiased: false)),
      relation(.flow),
      relation(.gram),
      relation(.graphNormalized(normalize: .max, detachMax: true)),
      relation(.identity),
      relation(.interClassEdges(standardize: true)),
      relation(.interSampleEdges(edges: .inter, standardize: true)),
      relation(.labelAgainstRest(temperature: 1)),
      relation(.layerDistances(pooled: false, align: false)),
      relation(.otherClasses),
      relation(.pooled),
      relation(.projectedFlow),
      relation(
        .queueSimilarities(queue: 16384, studentTemperature: 0.1, teacherTemperature: 0.02)),
      relation(.resized),
      relation(.rowNormalized),
      relation(.selectivity),
      relation(.simplices(order: 4)),
      relation(.softmax(temperature: 1)),
      relation(.spread),
      relation(.squaredDistances),
      relation(.standardized),
      relation(.standardizedFeatures),
      relation(.transposed),
      relation(.unitScale),
      relation(.zScores),
    ]
    let matchers = [
      matcher(.affinityDivergence(epsilon: 1e-07)),
      matcher(.correlationOfDistances),
      matcher(.cosine),
      matcher(.crossCorrelation(kappa: 0.01)),
      matcher(.edgeHuber(delta: 1, huber: .smooth, reduction: .edge)),
      matcher(.euclideanLoss(reduction: .caffe)),
      matcher(.frobenius),
      matcher(.huber(delta: 1, reduction: .all, tuples: nil)),
      matcher(.klDivergence(temperature: 1)),
      matcher(.meanAbsolute(reduction: .all, tuples: nil)),
      matcher(.meanSquare(reduction: .all, tuples: nil)),
      matcher(.meanSquaredDistance),
      matcher(.neighborErrors),
      matcher(.orderLikelihood(alpha: 3, beta: 3, length: 4)),
      matcher(.pearson),
      matcher(.rankingHinge(margin: 0.015)),
      matcher(.rowCosine),
    ]
    let catalogue = Self.catalogue
    let source = Self.dense(try String(contentsOf: URL(filePath: #filePath), encoding: .utf8))
    for (kind, compiled, entries) in [
      ("knowledge", ofNetworks, catalogue.knowledge),
      ("relation", relations, catalogue.relations), ("matcher", matchers, catalogue.matchers),
    ] {
      #expect(compiled == entries.map { $0.name })
      for entry in entries {
        let call = "\(kind)(\(Self.swift(entry)))"
        #expect(source.contains(Self.dense(call)), "\(call)")
      }
    }
  }

  private static func dense(_ text: String) -> String { text.filter { !$0.isWhitespace } }
}
