import CRegistration

/// The entry of a linked paper in the section `kindred_papers`: a function that adds the paper to the
/// list that it is given.
public typealias PaperEntry = @convention(c) (UnsafeMutableRawPointer) -> Void

extension PaperModule {
  /// Adds this paper to the list that a ``PaperEntry`` is given.
  public static func register(in list: UnsafeMutableRawPointer) {
    list.assumingMemoryBound(to: [any PaperModule.Type].self).pointee.append(Self.self)
  }
}

/// Every paper whose module is linked into this program.
///
/// Each shared library has a section of its own. A paper in another library is not found; name it
/// instead, `Registry(papers: [RKD.self])`.
func linkedPapers() -> [any PaperModule.Type] {
  guard let start = kindred_papers_start(), let stop = kindred_papers_stop() else { return [] }
  let count = (stop - start) / MemoryLayout<PaperEntry>.stride
  let entries = start.assumingMemoryBound(to: PaperEntry.self)
  var papers: [any PaperModule.Type] = []
  withUnsafeMutablePointer(to: &papers) { list in
    for index in 0..<count { entries[index](UnsafeMutableRawPointer(list)) }
  }
  return papers
}
