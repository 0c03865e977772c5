import Tensors
import Testing

@Suite struct DescriptionTests {
  private func counted(_ shape: [Int]) -> Tensor {
    Tensor((0..<shape.reduce(1, *)).map { Float($0) }, shape: shape)
  }

  @Test func scalarsAndVectorsFillALine() {
    #expect("\(Tensor(1.5))" == "1.5")
    #expect("\(Tensor(repeating: -3, shape: [1, 1]))" == "[[-3]]")
    #expect("\([1, 0.5, -2] as Tensor)" == "[1, 0.5, -2]")
    #expect("\([] as Tensor)" == "[]")
    #expect("\(Tensor.zeros([2, 0]))" == "[] of shape [2, 0]")
  }

  @Test func matricesHaveColumns() {
    let x: Tensor = [[1, 2], [0.5, -1e-7], [-100, 0]]
    #expect(
      "\(x)" == """
        [[   1,      2],
         [ 0.5, -1e-07],
         [-100,      0]]
        """)
  }

  @Test func stacksHaveALineBetween() {
    #expect(
      "\(counted([2, 2, 3]))" == """
        [[[0,  1,  2],
          [3,  4,  5]],

         [[6,  7,  8],
          [9, 10, 11]]]
        """)
    #expect(
      "\(counted([2, 2, 1, 2]))" == """
        [[[[0, 1]],

          [[2, 3]]],


         [[[4, 5]],

          [[6, 7]]]]
        """)
  }

  @Test func theMiddleOfALongAxisIsLeftOut() {
    #expect("\(counted([10]))" == "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]")
    #expect("\(counted([11]))" == "[0, 1, 2, 3, …, 7, 8, 9, 10] of shape [11]")
    #expect(
      "\(counted([12, 2]))" == """
        [[ 0,  1],
         [ 2,  3],
         [ 4,  5],
         [ 6,  7],
         …,
         [16, 17],
         [18, 19],
         [20, 21],
         [22, 23]] of shape [12, 2]
        """)
    #expect(
      "\(counted([2, 100]))" == """
        [[  0,   1,   2,   3, …,  96,  97,  98,  99],
         [100, 101, 102, 103, …, 196, 197, 198, 199]] of shape [2, 100]
        """)
    #expect(
      "\(counted([5, 1, 2]))" == """
        [[[0, 1]],

         [[2, 3]],

         …,

         [[6, 7]],

         [[8, 9]]] of shape [5, 1, 2]
        """)
  }

  /// An error message or a list has no room for lines.
  @Test func theDescriptionForDebuggingIsOneLine() {
    #expect(
      String(reflecting: counted([2, 2])) == "Tensor([0.0, 1.0, 2.0, 3.0], shape: [2, 2])")
    #expect(
      "\([counted([9])])"
        == "[Tensor([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, …], shape: [9])]")
  }

  @Test(
    arguments: [
      (0, "0"), (-0.0, "0"), (1, "1"), (-12, "-12"), (999_999, "999999"), (1e6, "1e+06"),
      (1_234_567, "1.2346e+06"), (0.1, "0.1"), (1.0 / 3, "0.33333"), (-2.0 / 3, "-0.66667"),
      (0.0001, "0.0001"), (0.000_012_5, "1.25e-05"), (99999.96, "100000"), (123_456.7, "123457"),
      (12345.67, "12346"), (1234.567, "1234.6"), (9.999_96, "10"), (0.099_999_6, "0.1"),
      (0.000_099_999_6, "0.0001"), (9.999_996e9, "1e+10"), (3.402_823_5e38, "3.4028e+38"),
      (1e-45, "1e-45"), (1e100, "1e+100"), (.leastNonzeroMagnitude, "5e-324"), (.infinity, "inf"),
      (-.infinity, "-inf"), (.nan, "NaN"), (100.5, "100.5"), (20.04, "20.04"),
    ] as [(Double, String)])
  func numbersHaveFiveFigures(_ number: Double, _ text: String) {
    #expect(number.text(figures: 5) == text)
  }

  @Test func fewerFiguresCanBeAskedFor() {
    #expect(1.7384.text(figures: 4) == "1.738")
    #expect(0.011_06.text(figures: 3) == "0.0111")
    #expect(1234.5.text(figures: 2) == "1235")
  }
}
