import Foundation
import Kindred
import KindredCLI
import Testing
import Training

@Suite struct ListTests {
  @Test func papers() {
    #expect(
      kindred("list", "papers") == (
        .done,
        """
        paper  title                                 venue
        ─────  ────────────────────────────────────  ────────────────────────────────
        kd     Distilling the Knowledge in a Neural  NIPS Deep Learning Workshop 2014
               Network
        rkd    Relational Knowledge Distillation     CVPR 2019

        """, ""
      ))
  }

  @Test func papersAsJSON() {
    #expect(
      kindred("list", "papers", "--format", "json").output == """
        {
          "papers": [
            {
              "name": "kd",
              "citation": {
                "title": "Distilling the Knowledge in a Neural Network",
                "authors": "Hinton, Vinyals, Dean",
                "venue": "NIPS Deep Learning Workshop 2014",
                "url": "https://arxiv.org/abs/1503.02531"
              },
              "parts": []
            },
            {
              "name": "rkd",
              "citation": {
                "title": "Relational Knowledge Distillation",
                "authors": "Park, Kim, Lu, Cho",
                "venue": "CVPR 2019",
                "url": "https://arxiv.org/abs/1904.05068"
              },
              "parts": ["rkd.angle", "rkd.distance"]
            }
          ]
        }

        """)
  }

  @Test func networks() {
    #expect(
      kindred("list", "networks").output == """
        network                            outputs of an example
        ─────────────────────────────────  ────────────────────────────────────────────
        resnet<6n+2>:<width>               stem, stage1.block1.first, stage1.block1,
                                           stage1, stage2.block1.first, stage2.block1,
                                           stage2, stage3.block1.first, stage3.block1,
                                           stage3, embedding, logits
        wrn<6n+4>-<k>:<width>              stem, stage1.block1, stage1, stage2.block1,
                                           stage2, stage3.block1, stage3, embedding,
                                           logits
        mobilenetv2:<width>                stem, stage1.block1, stage1.block2,
                                           stage1.block3, stage1, stage2.block1,
                                           stage2.block2, stage2.block3, stage2,
                                           stage3.block1, stage3.block2, stage3.block3,
                                           stage3.block4, stage3.block5, stage3.block6,
                                           stage3.block7, stage3, stage4.block1,
                                           stage4.block2, stage4.block3, stage4.block4,
                                           stage4, embedding, logits
        vit:<dim>:<depth>:<heads>:<patch>  tokens1, tokens2, tokens3, tokens4, queries,
                                           keys, values, tokens, embedding, logits
        mlp:<width>:<width>…               hidden1, embedding, logits

        """)
    #expect(
      kindred("list", "networks", "--format", "json").output.contains(
        #""name": "mlp:<width>:<width>…","#))
  }

  @Test func samplers() {
    #expect(
      kindred("list", "samplers").output == """
        sampler            batches
        ─────────────────  ─────────────────────────────────────────────────────────────
        uniform            all images in random order, once an epoch
        classUniform       b/each classes in a batch, 'each' images per class
        superclassUniform  like classUniform, with clusters of the teacher's embeddings
                           in place of classes
        npairs             classes in random order, up to 'each' images per class, until
                           a batch is full

        """)
  }

  @Test func knowledge() {
    #expect(
      kindred("list", "knowledge").output == """
        knowledge                   meaning                      reads
        ──────────────────────────  ───────────────────────────  ───────────────────────
        firstToken                  The first token of each      tokens
                                    example.
          layer: tokens             The name of the output,
                                    N×T×D.
        heads                       Every token of an output,    tokens
                                    cut into heads: a row for
                                    each.
          layer: tokens             The name of the output.
          count: 12                 A, the number of heads,
                                    which divides D.
        lastStage                   The feature map of the last  the last stage
                                    stage, whatever its number.
        layers                      Two layers of one network,   stage1, stage2
                                    or one layer of two views.
          from: stage1              The name of the first
                                    output.
          to: stage2                The name of the second
                                    output.
        meanToken                   The mean token of each       tokens
                                    example.
          layer: tokens             The name of the output,
                                    N×T×D.
        output                      One output of the network    embedding
                                    by its name.
          layer: embedding          The name of the output;
                                    'lastStage' is the last
                                    stage, whatever its number.
        probabilities               softmax(z / τ) over          logits
                                    classes, for each example,
                                    token or pixel.
          temperature: 1            τ, the temperature of the
                                    softmax.
        projected                   A layer through a map that   embedding
                                    is learned with the
                                    student.
          layer: embedding          The name of the layer;
                                    'lastStage' is the last
                                    stage, whatever its number.
          form: linear              The map: 'linear', 'mlp',
                                    or 'none', which asks for
                                    equal widths. One of
                                    linear, mlp or none.
          side: student             The network whose layer is
                                    mapped to the width of the
                                    other's. One of student or
                                    teacher.
          rate: 1                   The learning rate of the
                                    map, as a multiple of the
                                    student's.
        resampled                   Tokens of square pictures,   tokens
                                    averaged to a grid: a row
                                    for each.
          layer: tokens             The name of the output.
          grid: 7                   g, how many rows and
                                    columns of tokens remain of
                                    each picture.
          withoutFirst: 0           How many places at the
                                    beginning of each example
                                    are no part of the picture.
          projection: none          The learned map of the
                                    student's tokens to the
                                    teacher's width; 'none'
                                    asks for equal widths. One
                                    of linear, mlp or none.
        tokens                      Every token of an output as  tokens
                                    a row, across the batch.
          layer: tokens             The name of the output.
        withoutFirst                Every token of an output as  tokens
                                    a row, without the first
                                    ones.
          layer: tokens             The name of the output.
          count: 1                  How many places at the
                                    beginning of each example
                                    are left out.
        logits, embedding, stage1,  One output of the network    the output of that name
        …                           by its name.

        """)
  }

  /// What is listed is described.
  @Test(arguments: ["relations", "matchers", "knowledge"]) func meanings(_ kind: String) throws {
    struct Part: Decodable { let name, summary: String }
    let output = kindred("list", kind, "--format", "json").output
    let parts = try #require(
      JSONDecoder().decode([String: [Part]].self, from: Data(output.utf8))[kind])
    for part in parts {
      #expect(
        kindred("describe", part.name).output.replacing("\n", with: " ").contains(part.summary))
      #expect(
        kindred("describe", part.name, "--format", "json").output.contains(
          #""summary": "\#(part.summary)""#))
    }
    #expect(parts.count > 3)
  }

  @Test func everyNameOfTheRegistryIsListed() throws {
    let result = kindred("list", "--format", "json")
    let lists = try JSONDecoder().decode(Lists.self, from: Data(result.output.utf8))
    #expect(lists.papers.map(\.name) == ["kd", "rkd"])
    #expect(lists.terms.map(\.name) == twoPapers.terms.keys.sorted())
    #expect(lists.relations.map(\.name) == twoPapers.relations.keys.sorted())
    #expect(lists.matchers.map(\.name) == twoPapers.matchers.keys.sorted())
    #expect(lists.knowledge.map(\.name) == twoPapers.knowledge.keys.sorted())
    #expect(lists.samplers.map(\.name) == Samplers.summaries.map { $0.name })
    #expect(lists.networks.map(\.name) == Networks.standard.kinds.map { $0.pattern })
    #expect(lists.datasets.map(\.name) == ["fashion-mnist", "glyphs"])
    let text = kindred("list").output
    for name in twoPapers.terms.keys { #expect(text.contains("\n\(name) ")) }
    for line in text.split(separator: "\n") { #expect(line.count <= 80) }
  }

  private struct Lists: Decodable {
    struct Named: Decodable { let name: String }
    let papers, terms, relations, matchers, knowledge, samplers, networks, datasets: [Named]
  }

  @Test func parametersHaveTheirTypesInJSON() {
    let output = kindred("list", "terms", "--format", "json").output
    // Each has its sentence behind it.
    let flat = { (text: String) in text.replacing(/\s+/, with: " ") }
    #expect(flat(output).contains(#"{ "name": "labelSmoothing", "default": 0.0, "summary": "The "#))
    #expect(
      flat(output).contains(
        #""name": "reduction", "default": "all", "choices": ["all", "distinct", "sum"]"#))
    #expect(
      flat(kindred("list", "relations", "--format", "json").output).contains(
        #"{ "name": "detached", "default": false, "summary": "Whether the maximum is "#))
  }

  @Test func unknownKinds() {
    let result = kindred("list", "paper")
    #expect(result.code == .usage)
    #expect(result.output == "")
    #expect(
      result.errors.hasPrefix(
        """
        kindred: 'KIND' takes papers, terms, weights, relations, matchers, knowledge, samplers, \
        networks or datasets, not 'paper'; did you mean 'papers'?
        Usage: kindred list [KIND] [--format text|json]

        """))
  }
}
