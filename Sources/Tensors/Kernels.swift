package import CKernels

/// The kernels for this processor's instruction set.
package enum Kernels {
  /// The table in use: the best one that this processor can run, or the one that the environment
  /// variable `KINDRED_KERNELS` names. Bound to each in turn by the tests.
  @TaskLocal package static var current = Table(pointer: kindred_kernels())

  /// Every table that this processor can run.
  package static var available: [Table] {
    let names = ["avx512", "avx2", "neon", "portable"]
    return names.compactMap { name in kindred_kernels_named(name).map { Table(pointer: $0) } }
  }

  /// A table of functions, constant for the life of the process.
  package struct Table: @unchecked Sendable, CustomStringConvertible {
    package let pointer: UnsafePointer<KernelTable>
    package var description: String { String(cString: pointer.pointee.name) }
  }
}

/// The kernels to call now.
package var kernels: KernelTable { Kernels.current.pointer.pointee }
