import Experiments
import Foundation
import Tensors

/// The scripts by which Slurm runs an experiment: an array of jobs for each stage, one job that merges, and
/// the script that submits them.
struct SlurmScripts {
  /// The commands that the jobs run. Their paths are absolute.
  let run: ShardedRun
  /// The path of the program that runs.
  let executable: String
  /// The checksum of the package whose papers the program knows, if it is one of 'kindred with'.
  let package: String?
  /// The folder of the scripts, as an absolute path.
  let folder: String
  let nodes: Int
  /// The stages that have trainings, with the number of jobs among which these are dealt out.
  let stages: [(stage: Stage, jobs: Int)]
  let threads: Int
  /// The processors of a job; `nil` for all that the node has.
  let processors: Int?
  let time: SlurmTime?
  let partition: String?
  /// More options for sbatch.
  let options: [String]

  /// Every script, by its name, in the order in which they run; the last one submits the others.
  var files: [(name: String, text: String)] {
    stages.map { ("\($0.stage.rawValue).sh", text(of: $0.stage, jobs: $0.jobs)) }
      + [("merge.sh", merge), ("submit.sh", submit)]
  }

  // MARK: - The trainings of a stage

  private func text(of stage: Stage, jobs: Int) -> String {
    let needs =
      ["--array=1-\(jobs)", "--requeue", "--open-mode=append", "--signal=B:USR1@60"]
      + (time.map { ["--time=\($0)"] } ?? [])
    return """
      #!/usr/bin/env bash
      # \(Self.sentence(of: stage)) of \(run.recipe.visible), dealt out to \(jobs) \
      job\(jobs == 1 ? "" : "s").
      # 'kindred submit' wrote this. A job that is submitted or queued again goes on where it was.
      \(directives(needs, called: stage.rawValue, log: "\(stage.rawValue)-%a.log"))
      set -u
      \(program)
      # As many trainings at once as the job has processors for.
      \(concurrency)

      # Slurm sends TERM when it takes the node back, and USR1 a minute before the time is over. At either
      # the program saves its state and ends with 130.
      process= stopped=
      trap 'stopped=yes; kill -TERM $process 2> /dev/null' TERM USR1

      \(words(["kindred"] + run.groups + [options(of: stage)])) &
      process=$!
      # A signal ends 'wait' before the program ends.
      while
        wait $process
        code=$?
        [ $code -gt 128 ] && kill -0 $process 2> /dev/null
      do :; done
      # A job that was not cancelled goes on later. Its other number may be that of the whole array.
      job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
      if [ -n "$stopped" ] && [ $code -gt 128 ] &&
        [ "$(squeue --noheader --jobs=$job --format=%T)" = RUNNING ]; then
        scontrol requeue $job
      fi
      exit $code

      """
  }

  private static func sentence(of stage: Stage) -> String {
    switch stage {
    case .teachers: "Trains the teachers"
    case .weights: "Trains the students by which weights are chosen, those"
    case .students: "Trains the students"
    }
  }

  private func options(of stage: Stage) -> String {
    """
    --shard "$SLURM_ARRAY_TASK_ID/\(nodes)" --stage \(stage.rawValue) \
    --jobs $jobs --threads \(threads == 1 ? "$jobs" : "$((\(threads) * jobs))")
    """
  }

  private var concurrency: String {
    if let processors { return "jobs=\(processors / threads)" }
    return """
      jobs=$((SLURM_CPUS_ON_NODE / \(threads)))
      if [ $jobs -lt 1 ]; then jobs=1; fi
      """
  }

  // MARK: - The scripts around them

  private var merge: String {
    """
    #!/usr/bin/env bash
    # Makes the results of \(run.recipe.visible) and their report, or says what is missing.
    # 'kindred submit' wrote this.
    \(directives(["--requeue", "--open-mode=append"], called: "merge", log: "merge.log"))
    set -u
    \(program)
    kindred merge \(run.out.shellWord)

    """
  }

  private var submit: String {
    var lines: [String] = []
    var last: String?
    for (stage, _) in stages {
      lines.append(submission(of: stage.rawValue, after: last.map { "afterok:$\($0)" }))
      last = stage.rawValue
    }
    lines.append(submission(of: "merge", after: last.map { "afterany:$\($0)" }))
    return """
      #!/usr/bin/env bash
      # Hands the stages of \(run.recipe.visible) to Slurm and prints the numbers of their jobs. Each
      # begins when all jobs of the one before it are done, and is cancelled if one of them fails; the
      # last one runs in any case, and says what is missing. Submitting again trains what is missing.
      # 'kindred submit' wrote this.
      set -euo pipefail
      cd \(folder.shellWord)

      # With several clusters, the name of one follows the number.
      submit() { sbatch --parsable "$@" | cut -d ';' -f 1; }

      \(lines.joined(separator: "\n"))

      """
  }

  /// The lines that submit one script and say what number it has.
  private func submission(of name: String, after dependency: String?) -> String {
    let options =
      dependency.map { "--kill-on-invalid-dep=yes --dependency=\"\($0)\" " } ?? ""
    return "\(name)=$(submit \(options)./\(name).sh)\necho \"\(name) $\(name)\""
  }

  // MARK: - What they have in common

  /// The lines by which Slurm knows what a job needs.
  private func directives(_ more: [String], called name: String, log: String) -> String {
    let sweep = (run.out as NSString).lastPathComponent
    // Slurm replaces what follows a '%' in a path.
    let logs = folder.replacing("%", with: "%%")
    let processors = processors.map { ["--cpus-per-task=\($0)"] } ?? ["--exclusive"]
    let options =
      ["--job-name=\(name)-\(sweep)", "--output=\(logs)/\(log)", "--nodes=1", "--ntasks=1"]
      + (name == "merge" ? [] : processors) + more
      + (partition.map { ["--partition=\($0)"] } ?? []) + self.options
    return options.map { "#SBATCH \(Self.directiveWord($0))" }.joined(separator: "\n")
  }

  /// A word of a directive, in quotes only if it needs them. Slurm reads a backslash within them.
  static func directiveWord(_ word: String) -> String {
    guard word.wholeMatch(of: /[A-Za-z0-9_.,:\/=@%+\[\]-]+/) == nil else { return word }
    return "\"" + word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// The function `kindred`, which becomes the program.
  private var program: String {
    let isItsName = run.program == (executable as NSString).lastPathComponent
    let name = isItsName ? "" : "-a \(run.program.shellQuoted) "
    let package = package.map { "export \(With.checksumVariable)=\($0.shellWord)\n" } ?? ""
    return "\(package)kindred() { exec \(name)\(executable.shellWord) \"$@\"; }"
  }

  private func words(_ groups: [String]) -> String {
    "\(groups[0]) " + groups.dropFirst().joined(separator: " \\\n  ")
  }
}
