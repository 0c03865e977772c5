import Tensors
import Testing

/// Tensors whose numbers stay where someone else keeps them.
@Suite struct BorrowedTests {
  @Test func numbersAreReadWhereTheyAre() {
    var numbers: [Float] = [3, 4, -1, 2]
    let owned = numbers.withUnsafeMutableBufferPointer { memory in
      let x = Tensor(borrowing: UnsafePointer(memory.baseAddress!), shape: [2, 2])
      #expect(x.pointer == UnsafePointer(memory.baseAddress!))
      #expect(x.reshaped([4]).pointer == x.pointer)
      let (value, gradient) = valueWithGradient(at: x) { $0.squared().sum() }
      #expect(value.scalar == 30)
      #expect(gradient.scalars == [6, 8, -2, 4])
      memory[0] = 5
      #expect(x.scalars == [5, 4, -1, 2])
      return x.owned
    }
    numbers[0] = 7
    #expect(owned.scalars == [5, 4, -1, 2])
    #expect(owned.owned.pointer == owned.pointer)
  }

  /// Memory of someone else is not given to the next tensor.
  @Test func memoryDoesNotGoToThePool() {
    let numbers = [Float](repeating: 1, count: 1 << 12)
    numbers.withUnsafeBufferPointer { memory in
      for _ in 0..<100 { _ = Tensor(borrowing: memory.baseAddress!, shape: [1 << 12]) }
      let taken = (0..<100).map { _ in Tensor(repeating: 2, shape: [1 << 12]) }
      #expect(taken.allSatisfy { $0.pointer != memory.baseAddress! })
    }
    #expect(numbers.allSatisfy { $0 == 1 })
  }
}
