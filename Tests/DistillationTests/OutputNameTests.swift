import Kindred
import Testing

@Suite struct OutputNameTests {
  @Test(arguments: [
    ("stage2", "stage2", nil), ("logits@virtual", "logits", "virtual"), ("a@b@c", "a", "b@c"),
    ("a@", "a", ""), ("", "", nil),
  ])
  func aViewFollowsTheFirstSign(_ text: String, _ base: String, _ view: String?) {
    let name = OutputName(text)
    #expect(name.base == base && name.view == view)
    #expect("\(name)" == text)
  }

  @Test func theLastStageIsTheOneOfTheLargestNumber() {
    let names = ["stage9", "stage10", "stage2.block1", "stage11@virtual", "logits"]
    #expect(OutputName.lastStage.resolved(among: names) == "stage10")
    #expect(OutputName.lastStage.resolved(among: ["logits"]) == nil)
    #expect(OutputName("logits").resolved(among: []) == "logits")
  }

  @Test func anotherViewHasTheSameBase() {
    let name = OutputName("logits").of(view: OutputName.virtualView)
    #expect(name == "logits@virtual" && name.of(view: nil) == "logits")
  }
}
