import Kindred
import Testing

/// Every relation and matcher that formulas can name has dot syntax, alone and in a chain.
@Suite struct DotSyntaxTests {
  private func formula(by relation: some Relation<Tensor>) -> String { relation.formula }
  private func formula(ofLayersBy relation: some Relation<TensorPair>) -> String {
    relation.formula
  }
  private func formula(with matcher: some Matcher) -> String { matcher.formula }

  @Test func relations() {
    let alone = [
      formula(by: .affinities), formula(by: .angles), formula(by: .attention),
      formula(by: .centered), formula(by: .channelGram), formula(by: .channelMaps),
      formula(by: .channels), formula(by: .correlation), formula(by: .cosines),
      formula(by: .distances), formula(by: .dividedByMaximum), formula(by: .dividedByMean),
      formula(by: .doublyCentered), formula(by: .gram), formula(by: .graphNormalized),
      formula(by: .identity), formula(by: .labelAgainstRest), formula(by: .otherClasses),
      formula(by: .pooled), formula(by: .projectedFlow), formula(by: .queueSimilarities),
      formula(by: .resized),
      formula(by: .rowNormalized), formula(by: .selectivity), formula(by: .simplices),
      formula(by: .softmax), formula(by: .spread), formula(by: .squaredDistances),
      formula(by: .standardized), formula(by: .standardizedFeatures), formula(by: .transposed),
      formula(by: .unitScale), formula(by: .zScores),
    ]
    let ofLayers = [
      formula(ofLayersBy: .crossCosines), formula(ofLayersBy: .flow),
      formula(ofLayersBy: .interClassEdges), formula(ofLayersBy: .interSampleEdges),
      formula(ofLayersBy: .layerDistances),
    ]
    #expect((alone + ofLayers).sorted() == Registry.linked.relations.keys.sorted())

    let chained = [
      formula(by: .gram.affinities), formula(by: .gram.angles), formula(by: .gram.attention),
      formula(by: .gram.centered), formula(by: .gram.channelGram),
      formula(by: .gram.channelMaps), formula(by: .gram.channels),
      formula(by: .gram.correlation), formula(by: .gram.cosines), formula(by: .gram.distances),
      formula(by: .gram.dividedByMaximum), formula(by: .gram.dividedByMean),
      formula(by: .gram.doublyCentered), formula(by: .gram.gram),
      formula(by: .gram.graphNormalized), formula(by: .gram.identity),
      formula(by: .gram.labelAgainstRest), formula(by: .gram.otherClasses),
      formula(by: .gram.pooled), formula(by: .gram.projectedFlow),
      formula(by: .gram.queueSimilarities),
      formula(by: .gram.resized), formula(by: .gram.rowNormalized),
      formula(by: .gram.selectivity), formula(by: .gram.simplices), formula(by: .gram.softmax),
      formula(by: .gram.spread), formula(by: .gram.squaredDistances),
      formula(by: .gram.standardized), formula(by: .gram.standardizedFeatures),
      formula(by: .gram.transposed),
      formula(by: .gram.unitScale), formula(by: .gram.zScores),
    ]
    #expect(chained == alone.map { "gram.\($0)" })
    #expect(formula(ofLayersBy: .pooled.crossCosines) == "pooled.crossCosines")
    #expect(formula(ofLayersBy: .pooled.flow) == "pooled.flow")
    #expect(formula(ofLayersBy: .pooled.layerDistances) == "pooled.layerDistances")
  }

  @Test func matchers() {
    let all = [
      formula(with: .affinityDivergence), formula(with: .correlationOfDistances),
      formula(with: .cosine), formula(with: .crossCorrelation), formula(with: .edgeHuber),
      formula(with: .euclideanLoss),
      formula(with: .frobenius), formula(with: .huber), formula(with: .klDivergence),
      formula(with: .meanAbsolute), formula(with: .meanSquare),
      formula(with: .meanSquaredDistance), formula(with: .neighborErrors),
      formula(with: .orderLikelihood), formula(with: .pearson), formula(with: .rankingHinge),
      formula(with: .rowCosine),
    ]
    #expect(all.sorted() == Registry.linked.matchers.keys.sorted())
  }

  @Test func parameters() {
    #expect(formula(by: .affinities(epsilon: 1)) == "affinities(epsilon: 1)")
    #expect(
      formula(by: .gram.correlation(kernel: .gaussian, order: 3))
        == "gram.correlation(kernel: gaussian, order: 3)")
    #expect(formula(by: .dividedByMaximum(detached: true)) == "dividedByMaximum(detached: true)")
    #expect(
      formula(by: .gram.doublyCentered(unbiased: true)) == "gram.doublyCentered(unbiased: true)")
    #expect(
      formula(by: .gram.graphNormalized(normalize: .none))
        == "gram.graphNormalized(normalize: none)")
    #expect(formula(by: .labelAgainstRest(temperature: 2)) == "labelAgainstRest(temperature: 2)")
    #expect(
      formula(by: .gram.labelAgainstRest(temperature: 2)) == "gram.labelAgainstRest(temperature: 2)"
    )
    #expect(
      formula(by: .gram.then(.queueSimilarities(queue: 8, teacherTemperature: 1)))
        == "gram.queueSimilarities(queue: 8, teacherTemperature: 1)")
    #expect(formula(with: .crossCorrelation(kappa: 1)) == "crossCorrelation(kappa: 1)")
    #expect(formula(by: .simplices(order: 3)) == "simplices(order: 3)")
    #expect(formula(by: .gram.softmax(temperature: 2)) == "gram.softmax(temperature: 2)")
    #expect(
      formula(ofLayersBy: .pooled.layerDistances(align: true))
        == "pooled.layerDistances(align: true)")
    #expect(
      formula(ofLayersBy: .interSampleEdges(edges: .upper)) == "interSampleEdges(edges: upper)")
    #expect(
      formula(ofLayersBy: .interClassEdges(standardize: false))
        == "interClassEdges(standardize: false)")
    #expect(formula(with: .huber(delta: 2, tuples: 5)) == "huber(delta: 2, tuples: 5)")
    #expect(formula(with: .meanSquare(reduction: .sum)) == "meanSquare(reduction: sum)")
    #expect(formula(with: .klDivergence(temperature: 4)) == "klDivergence(temperature: 4)")
    #expect(formula(with: .orderLikelihood(length: 3)) == "orderLikelihood(length: 3)")
    #expect(formula(with: .edgeHuber(huber: .truncated)) == "edgeHuber(huber: truncated)")
    #expect(formula(with: .rankingHinge(margin: 0.1)) == "rankingHinge(margin: 0.1)")
    #expect(formula(with: .affinityDivergence(epsilon: 1)) == "affinityDivergence(epsilon: 1)")
  }
}
