import Foundation
import Kindred
import Testing

@testable import Experiments
@testable import Training

@Suite struct RecipeTests {
  @Test func defaultsFillWhatIsNotSaid() throws {
    let recipe = try Recipe.read(
      Data(
        """
        // A comment, single quotes and a trailing comma: JSON5.
        {
          data: { set: 'glyphs', test: 50 },
          student: { network: "mlp:8", training: { epochs: 2, optimizer: { method: "adam" } } },
          rows: [{ loss: "ce" }, { name: "both", loss: "ce + kd" }],
        }
        """.utf8),
      replacing: ["seeds=[4, 5]", "student.training.batch=16", "rows.1.loss=ce + 2*kd"])
    #expect(recipe.data.set == "glyphs")
    #expect(recipe.data.train == nil)
    #expect(recipe.student.training.epochs == 2)
    #expect(recipe.student.training.batch == 16)
    #expect(recipe.student.training.optimizer.method == .adam)
    #expect(recipe.student.training.optimizer.rate == 0.05)
    #expect(recipe.teacher == nil)
    #expect(recipe.rows.map { $0.name } == ["ce", "both"])
    #expect(recipe.rows[1].loss == "ce + 2*kd")
    #expect(recipe.seeds == [4, 5])
  }

  @Test func theResolvedRecipeReadsBackAsItself() throws {
    let recipe = try Recipe.read(
      Data(#"{rows: [{loss: "kd"}], teacher: {seed: 3}, seeds: [9]}"#.utf8))
    #expect(recipe.teacher?.network == "resnet14:16")
    #expect(try Recipe.read(JSONEncoder().encode(recipe)) == recipe)
  }

  @Test(arguments: [
    (
      #"{rows: [{loss: "ce"}], studnet: {}}"#,
      """
      no 'studnet' (did you mean 'student'?); choose from 'name', 'claim', 'source', 'comparisons', 'design', 'data', \
      'teacher', 'student', 'rows', 'evaluation', 'validation', 'seeds'
      """
    ),
    (
      #"{rows: [{loss: "ce"}], student: {training: {epoch: 3}}}"#,
      """
      student.training: no 'epoch' (did you mean 'epochs'?); choose from 'images', 'epochs', 'steps', \
      'batch', 'optimizer', 'schedule', 'augmentation', 'sampler', 'view'
      """
    ),
    (
      #"{rows: [{loss: "ce"}], student: {training: {epochs: "many"}}}"#,
      "student.training.epochs: expected a whole number, not 'many'"
    ),
    (
      #"{rows: [{loss: "ce"}], seeds: [1, -1]}"#,
      "seeds[1]: expected a whole number of 0 or more, not the number -1"
    ),
    (
      #"{rows: [{loss: "ce"}], seeds: [1, 1]}"#,
      "seeds: expected one or more different whole numbers"
    ),
    (#"{rows: [{loss: "ce"}, {loss: "ce"}]}"#, "rows[1].name: 'ce' is taken"),
    (#"{rows: [{name: "a"}]}"#, "rows[0]: 'loss' is missing"),
    ("{}", #"rows: expected at least one, such as {name: "kd", loss: "ce + kd"}"#),
    ("[1]", "a recipe is one group of settings {…}"),
    (
      #"{rows: [{loss: "ce"}], student: {training: {batch: 0}}}"#,
      "student.training.batch: expected 1 to 1000000, not 0"
    ),
    (
      #"{rows: [{loss: "ce"}], teacher: {training: {optimizer: {rate: 0}}}}"#,
      "teacher.training.optimizer.rate: expected more than 0, not 0"
    ),
    (
      #"{rows: [{loss: "ce"}], student: {training: {optimizer: {momentum: 2}}}}"#,
      "student.training.optimizer.momentum: expected 0 to less than 1, not 2"
    ),
    (
      #"{rows: [{loss: "ce"}], student: {training: {schedule: {milestones: [1, -0.5]}}}}"#,
      "student.training.schedule.milestones: expected 0 or more, not -0.5"
    ),
    (#"{rows: [{loss: "ce"}], data: {test: 0}}"#, "data.test: expected 1 to 1000000, not 0"),
  ])
  func mistakesHaveAPath(_ text: String, _ message: String) {
    let error = #expect(throws: (any Error).self) { try Recipe.read(Data(text.utf8)) }
    #expect(error.map { "\($0)" } == message)
  }

  @Test func samplersViewsAndMetricsHaveDefaults() throws {
    let recipe = try Recipe.read(
      Data("{rows: [{loss: 'ce'}], data: {heldOut: [7, 8]}}".utf8),
      replacing: [
        "student.training.sampler={name: 'classUniform', each: 2, clusters: 8}",
        "student.training.view.strength=0.5", "evaluation.recall=[1, 2, 4]",
      ])
    let training = recipe.student.training
    #expect(training.sampler.name == .classUniform && training.sampler.imagesOfEach == 2)
    #expect(training.view.operations == 2 && training.view.strength == 0.5)
    #expect(TrainingSettings().sampler.name == .uniform)
    #expect(recipe.evaluation.names == ["recall@1", "recall@2", "recall@4"])
    #expect(recipe.evaluation.layer == "embedding")
    #expect(recipe.data.heldOut == [7, 8])
    #expect(try Recipe.read(JSONEncoder().encode(recipe)) == recipe)
  }

  @Test(arguments: [
    ("rows.1=ce", "rows: no '1'; the list goes from 0 to 0"),
    ("rows.1.loss=ce", "rows: no '1'; the list goes from 0 to 0"),
    ("rows.-1.loss=ce", "rows: no '-1'; the list goes from 0 to 0"),
    ("rows.kd.loss=ce", "rows: no 'kd'; the list goes from 0 to 0"),
    ("seeds.0=1", "seeds: no '0': the list is empty"),
    (
      "data.set.name=glyphs",
      "data.set: no 'name': this is one value, not a group of settings"
    ),
    (
      "rows.0.loss.kd.temperature=2",
      "rows.0.loss: no 'kd': this is one value, not a group of settings"
    ),
    ("data.seed", "expected key=value, not 'data.seed'"),
    ("=1", "expected key=value, not '=1'"),
    ("rows.00.loss=ce", "rows: no '00'; the list goes from 0 to 0"),
    (
      "name=1e999",
      "name: the number '1e999' at line 1, column 1 is too large; the largest is 1.7976931348623157e+308"
    ),
    ("name='a", "name: not JSON5: the text that begins at line 1, column 1 is not closed"),
    (
      #"name="C:\data""#,
      #"name: not JSON5: '\d' at line 1, column 4 means nothing; a backslash in a text is '\\'"#
    ),
    (
      "data={seed: 1, seed: 2}",
      "data: the key 'seed' stands twice: at line 1, column 2 and at line 1, column 11"
    ),
    ("name='RKD' holds", "name: not JSON5: the text goes on after its end, at line 1, column 7"),
  ])
  func replacementsMustFit(_ replacement: String, _ message: String) {
    let text = "{rows: [{loss: 'ce'}], data: {set: 'glyphs'}, seeds: []}"
    let error = #expect(throws: SettingError.self) {
      try Recipe.read(Data(text.utf8), replacing: [replacement])
    }
    #expect(error?.description == message)
  }

  /// A value that does not begin like JSON5 is a text, however it goes on.
  @Test(arguments: ["2*ce + kd", "results/a b", "01", "1_000", "-", "C:\\data", "ce # {"])
  func otherReplacementsAreTexts(_ text: String) throws {
    let recipe = try Recipe.read(Data("{rows: [{loss: 'ce'}]}".utf8), replacing: ["name=\(text)"])
    #expect(recipe.name == text)
  }

  /// No setting is lost in silence when two settings conflict.
  @Test(arguments: [
    (
      ["seeds=[1]", "name=a", "seeds=[2]"],
      "seeds: it is set twice: by 'seeds=[1]' and by 'seeds=[2]'"
    ),
    (
      ["student.training.epochs=3", "student={}"],
      "student.training.epochs: it is set twice: by 'student.training.epochs=3' and by 'student={}'"
    ),
  ])
  func aKeyIsSetOnce(_ replacements: [String], _ message: String) throws {
    let error = #expect(throws: SettingError.self) {
      try Recipe.read(Data("{rows: [{loss: 'ce'}]}".utf8), replacing: replacements)
    }
    #expect(error?.description == message)
    let recipe = try Recipe.read(
      Data("{rows: [{loss: 'ce'}]}".utf8),
      replacing: ["student={training: {epochs: 1}}", "student.training.batch=3"])
    #expect(recipe.student.training.epochs == 1 && recipe.student.training.batch == 3)
  }

  @Test func seedsKeepTheirDigits() throws {
    let seeds: [UInt64] = [9_007_199_254_740_992, 9_007_199_254_740_993, .max, .max - 1]
    let list = seeds.map { "\($0)" }.joined(separator: ", ")
    let text = "{rows: [{loss: 'ce'}], seeds: [\(list)], data: {seed: 0xFFFFFFFFFFFFFFFF}}"
    let recipe = try Recipe.read(Data(text.utf8), replacing: ["teacher.seed=9007199254740995"])
    #expect(recipe.seeds == seeds)
    #expect(recipe.data.seed == .one(.max))
    #expect(recipe.teacher?.seed == .one(9_007_199_254_740_995))
    let json = try JSONEncoder().encode(recipe)
    #expect(
      String(decoding: json, as: UTF8.self).contains("\"seeds\":[\(list.replacing(" ", with: ""))]")
    )
    #expect(try Recipe.read(json) == recipe)
    var other = recipe
    other.seeds[1] += 2
    #expect(
      try recipe.change(to: other) == "seeds.1 was 9007199254740993, now 9007199254740995")
  }

  @Test(arguments: [
    ("[18446744073709551616]", "not the number 18446744073709551616"),
    ("[18446744073709551617]", "not the number 18446744073709551617"),
    ("[0x1p1]", "not '0x1p1'"), ("[1e300]", "not the number 1e+300"), ("[-1]", "not the number -1"),
  ])
  func aSeedBeyondTheLargestIsAnError(_ seeds: String, _ end: String) {
    let error = #expect(throws: (any Error).self) {
      try Recipe.read(Data("{rows: [{loss: 'ce'}], seeds: \(seeds)}".utf8))
    }
    let range = seeds == "[-1]" ? "of 0 or more" : "from 0 to 18446744073709551615"
    let expected =
      seeds == "[0x1p1]"
      ? "not JSON5: '0x1p1' at line 1, column 32 is no value; a text needs quotes"
      : "seeds[0]: expected a whole number \(range), \(end)"
    #expect(error.map { "\($0)" } == expected)
  }

  /// Every number has bounds, and the error names them.
  @Test(arguments: [
    (
      "evaluation.fewShot={shots:[9223372036854774784],queries:1000000}",
      "evaluation.fewShot.shots: expected 1 to 1000000, not 9223372036854774784"
    ),
    ("evaluation.recall=[1000001]", "evaluation.recall: expected 1 to 1000000, not 1000001"),
    (
      "evaluation.neighbours=[9223372036854775807]",
      "evaluation.neighbours: expected 1 to 1000000, not 9223372036854775807"
    ),
    (
      "evaluation.fewShot.queries=9223372036854775807",
      "evaluation.fewShot.queries: expected 1 to 1000000, not 9223372036854775807"
    ),
    (
      "evaluation.spuriousTeacher=9223372036854775807",
      "evaluation.spuriousTeacher: expected 2 to 1000000 images, not 9223372036854775807"
    ),
    (
      "evaluation.domain={train: 9223372036854775807}",
      "evaluation.domain.train: expected 1 to 1000000, not 9223372036854775807"
    ),
    (
      "data.test=9223372036854775807", "data.test: expected 1 to 1000000, not 9223372036854775807"
    ),
    (
      "data.train=9223372036854775808",
      "data.train: expected a whole number from -9223372036854775808 to 9223372036854775807, not the "
        + "number 9223372036854775808"
    ),
    (
      "student.training.epochs=1e18",
      "student.training.epochs: expected 0 to 1000000, not 1000000000000000000"
    ),
    (
      "student.training.batch=1000001", "student.training.batch: expected 1 to 1000000, not 1000001"
    ),
    ("validation.images=0", "validation.images: expected 1 to 1000000, not 0"),
    ("teacher.training.images=-1", "teacher.training.images: expected 1 to 1000000, not -1"),
    (
      "student.training.optimizer.rate=1e301",
      "student.training.optimizer.rate: expected at most 1e+300, not 1e+301"
    ),
    (
      "student.training.optimizer.weightDecay=1e308",
      "student.training.optimizer.weightDecay: expected at most 1e+300, not 1e+308"
    ),
    (
      "student.training.schedule.warmup=1e300",
      "student.training.schedule.warmup: expected at most 1000000, not 1e+300"
    ),
    (
      "student.training.schedule.milestones=[1, 1e7]",
      "student.training.schedule.milestones: expected at most 1000000, not 10000000"
    ),
    (
      "student.training.sampler.each=9223372036854775807",
      "student.training.sampler.each: expected at most 1000000, not 9223372036854775807"
    ),
    (
      "student.training.sampler.clusters=9223372036854775807",
      "student.training.sampler.clusters: expected at most 1000000, not 9223372036854775807"
    ),
    (
      "student.training.augmentation.crop=-9223372036854775808",
      "student.training.augmentation.crop: expected 0 to 28, not -9223372036854775808"
    ),
    (
      "student.training.view.operations=9223372036854775807",
      "student.training.view.operations: expected 0 to 16, not 9223372036854775807"
    ),
  ])
  func numbersHaveBounds(_ replacement: String, _ message: String) {
    let error = #expect(throws: (any Error).self) {
      try Recipe.read(Data("{rows: [{loss: 'ce'}]}".utf8), replacing: [replacement])
    }
    #expect(error.map { "\($0)" } == message)
  }

  /// Settings that the recipe leaves out or sets to `null` can be set in part.
  @Test func replacementsMakeGroups() throws {
    let recipe = try Recipe.read(
      Data("{rows: [{loss: 'ce'}], teacher: null}".utf8),
      replacing: ["teacher.training.epochs=3", "student.training.optimizer.rate=0.5"])
    #expect(recipe.teacher?.training.epochs == 3)
    #expect(recipe.student.training.optimizer.rate == 0.5)
  }

  @Test func recipesAreJSON5() throws {
    let text = #"""
      // A comment with a ' and a {.
      {
        /* Another ], and a ". */ name: 'it\'s "a" \
      line', "claim": "a // b, \\",
        rows: [{ loss: 'ce', },], seeds: [+1, 0x2, 3.,], teacher : null,
        data: {seed: .5e1},
      }
      """#
    let recipe = try Recipe.read(Data(text.utf8))
    #expect(recipe.seeds == [1, 2, 3])
    #expect(recipe.claim == #"a // b, \"#)
  }
}
