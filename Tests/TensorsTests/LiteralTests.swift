import Tensors
import Testing

@Suite struct LiteralTests {
  @Test func nestedNumbersHaveTheShapeTheyAreWrittenIn() {
    let scalar: Tensor = 2.5
    #expect(scalar.shape == [] && scalar.scalars == [2.5])
    let vector: Tensor = [1, -2, 0.5]
    #expect(vector.shape == [3] && vector.scalars == [1, -2, 0.5])
    let matrix: Tensor = [[1, 2, 3], [4, 5, 6]]
    #expect(matrix.shape == [2, 3] && matrix.scalars == [1, 2, 3, 4, 5, 6])
    let stack: Tensor = [[[1], [2]], [[3], [4]], [[5], [6]]]
    #expect(stack.shape == [3, 2, 1] && stack.scalars == [1, 2, 3, 4, 5, 6])
    let empty: Tensor = []
    #expect(empty.shape == [0])
    let rows: Tensor = [[], []]
    #expect(rows.shape == [2, 0])
  }

  @Test func initializersTakeLiteralsAndArrays() {
    #expect(Tensor([[1, 2], [3, 4]]).shape == [2, 2])
    let scalars: [Float] = [1, 2, 3]
    #expect(Tensor(scalars).shape == [3])
    #expect(Tensor([scalars, scalars]).scalars == [1, 2, 3, 1, 2, 3])
    #expect(Tensor.stacked([[1, 2], [3, 4]]).shape == [2, 2])
    #expect(Tensor.zeros([2, 3]).scalars == [0, 0, 0, 0, 0, 0])
    #expect(Tensor.ones([2]).scalars == [1, 1])
    #expect(Tensor.zeros([]).shape == [])
  }

  @Test func gradientsFlowToElements() {
    let (value, gradients) = valueWithGradient(at: [[1, 2], 3]) { x in
      let y: Tensor = [x[0], [10, 20], x[0] * x[1]]
      #expect(y.shape == [3, 2])
      return (y * [[1], [1], [10]]).sum()
    }
    #expect(value.scalar == 123)
    #expect(gradients[0].scalars == [31, 31] && gradients[1].scalar == 30)
  }

  @Test func raggedRowsTrap() async {
    expect(
      "[stack] element 0 has shape [2] and element 1 [1]: nested arrays must be equally long",
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let x: Tensor = [[1, 2], [3]]
        print(x)
      })
    expect(
      "[stack] element 0 has shape [] and element 2 [1]",
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let x: Tensor = [1, 2, [3]]
        print(x)
      })
  }

  @Test func raggedArraysTrap() async {
    expect(
      "[tensor] row 1 has 1 scalars and row 0 has 2",
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor([[1, 2], [3]])
      })
  }

  @Test func oneLengthOfAShapeMayBeLeftOpen() async {
    let x = Tensor.zeros([2, 3, 4])
    #expect(x.reshaped([-1, 6]).shape == [4, 6])
    #expect(x.reshaped([2, -1]).shape == [2, 12])
    #expect(x.reshaped([-1]).shape == [24])
    #expect(Tensor.zeros([0, 3]).reshaped([-1, 3]).shape == [0, 3])
    expect(
      "[reshape] shape [2, 3] does not reshape to [4, -1]: 6 scalars are no multiple of 4",
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor.zeros([2, 3]).reshaped([4, -1])
      })
    expect(
      "[reshape] shape [2, 3] does not reshape to [-2, -3]",
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor.zeros([2, 3]).reshaped([-2, -3])
      })
  }
}
