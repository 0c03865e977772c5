/// The memory that Linux's control groups, which limit containers and batch jobs, still leave.
///
/// A group is also bound by every group above it, so all of them are read, up to the mount point.
struct ControlGroups {
  /// The content of the file at a path; `nil` if there is no such file.
  let textOf: (String) -> String?

  /// The least that any group leaves, in bytes; `nil` if none has a limit.
  var available: Int? {
    let groups = (textOf("/proc/self/cgroup") ?? "").split(separator: "\n").map {
      $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    }
    var left: [Int] = []
    for group in groups where group.count == 3 {
      let path = String(group[2])
      if group[0] == "0", group[1].isEmpty {
        left += folders(of: path, type: "cgroup2", option: nil).compactMap {
          available(in: $0, limit: "memory.max", usage: "memory.current", cache: "inactive_file")
        }
      } else if group[1].split(separator: ",").contains("memory") {
        left += folders(of: path, type: "cgroup", option: "memory").compactMap {
          available(
            in: $0, limit: "memory.limit_in_bytes", usage: "memory.usage_in_bytes",
            cache: "total_inactive_file")
        }
      }
    }
    return left.min()
  }

  /// The folders of a group and of the groups above it, in every place where its hierarchy is
  /// mounted.
  private func folders(of path: String, type: String, option: String?) -> [String] {
    mounts(type: type, option: option).flatMap { root, place in
      // In a container the mount may begin at the container's own group.
      let isInside = root == "/" || path == root || path.hasPrefix(root + "/")
      let rest = isInside ? path.dropFirst(root == "/" ? 0 : root.count) : ""
      var folders = [place]
      for name in rest.split(separator: "/") where name != ".." {
        folders.append(folders[folders.count - 1] + "/" + name)
      }
      return folders
    }
  }

  /// The mounts of a hierarchy: the group at the root of each, and its place.
  private func mounts(type: String, option: String?) -> [(root: String, place: String)] {
    (textOf("/proc/self/mountinfo") ?? "").split(separator: "\n").compactMap { line in
      // 36 35 98:0 /root /place options - type source super-options
      let fields = line.split(separator: " ", omittingEmptySubsequences: false)
      guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3,
        fields[dash + 1] == type
      else { return nil }
      if let option, !fields[dash + 3].split(separator: ",").contains(Substring(option)) {
        return nil
      }
      let place = fields[4] == "/" ? "" : String(fields[4])
      return (String(fields[3]), place)
    }
  }

  /// The memory that one group leaves: its limit minus the memory in use. The file system's cache
  /// does not count as in use, because the kernel gives it back.
  private func available(in folder: String, limit: String, usage: String, cache: String) -> Int? {
    func number(_ name: String) -> Int? {
      let text = textOf("\(folder)/\(name)")
      return text?.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
    }
    // `max` is not a number, and version 1 writes a number near 2⁶³ for no limit.
    guard let limit = number(limit), limit < Int.max >> 2 else { return nil }
    let cached = (textOf("\(folder)/memory.stat") ?? "").split(separator: "\n")
      .first { $0.hasPrefix(cache + " ") }
      .flatMap { Int($0.dropFirst(cache.count + 1)) }
    let used = max(0, (number(usage) ?? 0) - (cached ?? 0))
    return max(0, limit - used)
  }
}
