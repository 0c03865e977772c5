import Foundation
import Kindred
import Testing

@testable import KindredCLI

/// `kindred submit`, without Slurm. `Tests/Slurm/run.sh` submits to a real one.
@Suite struct SubmitTests {
  let folder: SubmitFolder

  init() throws { folder = try SubmitFolder() }

  @Test func stagesAreThoseThatHaveTrainings() throws {
    let (code, output, errors) = try folder.submit([
      "--nodes", "3", "--cpus", "4", "--threads", "2",
    ])
    #expect(code == .done && errors.isEmpty, "\(errors)")
    #expect(
      output == """
        wrote DIR/out/slurm/teachers.sh
        wrote DIR/out/slurm/weights.sh
        wrote DIR/out/slurm/students.sh
        wrote DIR/out/slurm/merge.sh
        wrote DIR/out/slurm/submit.sh

        Next:
          bash DIR/out/slurm/submit.sh

        """)
    // Two weights and two teachers are fewer than the nodes, and students are more.
    for (name, array) in [("teachers", "1-2"), ("weights", "1-2"), ("students", "1-3")] {
      let script = try folder.script(name)
      #expect(script.contains("#SBATCH --array=\(array)\n"), "\(name)")
      #expect(
        script.contains("/3\" --stage \(name) --jobs $jobs --threads $((2 * jobs)) &\n"), "\(name)")
    }

    // Nothing is trained that is loaded, and no weight is chosen.
    #expect(
      try folder.submit([
        "--nodes", "2", "--force", "--set", "rows=[{loss: 'ce'}]",
      ]).code == .done)
    #expect(try folder.scripts == ["merge.sh", "students.sh", "submit.sh"])
    #expect(try !folder.script("submit").contains("teachers"))
  }

  @Test func aScriptIsReadable() throws {
    _ = try folder.submit([
      "--nodes", "3", "--cpus", "5", "--threads", "2", "--time", "4:00:00", "--partition", "gpu",
      "--sbatch=--mem=8G", "--sbatch=--account=me", "--set", "seeds=[1,2,3,4]",
    ])
    #expect(
      try folder.script("students") == """
        #!/usr/bin/env bash
        # Trains the students of DIR/recipe.json5, dealt out to 3 jobs.
        # 'kindred submit' wrote this. A job that is submitted or queued again goes on where it was.
        #SBATCH --job-name=students-out
        #SBATCH --output=DIR/out/slurm/students-%a.log
        #SBATCH --nodes=1
        #SBATCH --ntasks=1
        #SBATCH --cpus-per-task=5
        #SBATCH --array=1-3
        #SBATCH --requeue
        #SBATCH --open-mode=append
        #SBATCH --signal=B:USR1@60
        #SBATCH --time=4:00:00
        #SBATCH --partition=gpu
        #SBATCH --mem=8G
        #SBATCH --account=me
        set -u
        kindred() { exec /opt/kindred "$@"; }
        # As many trainings at once as the job has processors for.
        jobs=2

        # Slurm sends TERM when it takes the node back, and USR1 a minute before the time is over. At either
        # the program saves its state and ends with 130.
        process= stopped=
        trap 'stopped=yes; kill -TERM $process 2> /dev/null' TERM USR1

        kindred run DIR/recipe.json5 \\
          --out DIR/out \\
          --set 'seeds=[1,2,3,4]' \\
          --shard "$SLURM_ARRAY_TASK_ID/3" --stage students --jobs $jobs --threads $((2 * jobs)) &
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

        """)
    #expect(
      try folder.script("merge") == """
        #!/usr/bin/env bash
        # Makes the results of DIR/recipe.json5 and their report, or says what is missing.
        # 'kindred submit' wrote this.
        #SBATCH --job-name=merge-out
        #SBATCH --output=DIR/out/slurm/merge.log
        #SBATCH --nodes=1
        #SBATCH --ntasks=1
        #SBATCH --requeue
        #SBATCH --open-mode=append
        #SBATCH --partition=gpu
        #SBATCH --mem=8G
        #SBATCH --account=me
        set -u
        kindred() { exec /opt/kindred "$@"; }
        kindred merge DIR/out

        """)
  }

  /// Without `--cpus`, a job has a node alone, and learns there how many processors that has.
  @Test(arguments: [("8", 2), ("3", 1), ("1", 1)])
  func aWholeNodeIsShared(_ processors: String, _ jobs: Int) throws {
    _ = try folder.submit(["--nodes", "2", "--threads", "3"], executable: folder.program())
    #expect(try folder.script("students").contains("#SBATCH --exclusive\n"))
    let (code, output, errors) = try folder.runScript(
      "students", "export SLURM_CPUS_ON_NODE=\(processors)")
    #expect(code == 0, "\(errors)")
    #expect(output.contains("<--jobs> <\(jobs)> <--threads> <\(3 * jobs)>"), "\(output)")
  }

  /// Whatever characters a path or a setting has, the program is given it as it is.
  @Test func wordsReachTheProgram() throws {
    let odd = try SubmitFolder(named: "it's a $HOME \"100%\" `x` #1;")
    let words = ["--nodes", "2", "--set", "rows=[{ name: 'a\"b $c', loss: 'ce' }]"]
    #expect(try odd.submit(words, executable: odd.program()).code == .done)
    for name in try odd.scripts {
      let (code, _, errors) = try InstalledShell.bash.run(
        ["-n", odd.path("out/slurm/\(name)")], in: odd.folder)
      #expect(code == 0 && errors.isEmpty, "\(name): \(errors)")
    }
    let (code, output, errors) = try odd.runScript("students", "export SLURM_CPUS_ON_NODE=4")
    #expect(code == 0, "\(errors)")
    #expect(
      output == """
        <run> <\(odd.path("recipe.json5"))> <--out> <\(odd.path("out"))> \
        <--set> <rows=[{ name: 'a"b $c', loss: 'ce' }]> \
        <--shard> <2/2> <--stage> <students> <--jobs> <4> <--threads> <4>

        """)
    #expect(try odd.runScript("merge", "").output == "<merge> <\(odd.path("out"))>\n")
    // Slurm reads what follows a '%', and a backslash within quotes.
    let log = "\(odd.path("out"))/slurm/students-%a.log".replacing("100%", with: "100%%")
    #expect(
      try odd.text("out/slurm/students.sh").contains(
        "#SBATCH \"--output=\(log.replacing("\"", with: "\\\""))\"\n"))
    #expect(SlurmScripts.directiveWord("--comment=a\\b c") == "\"--comment=a\\\\b c\"")
  }

  /// The program of a package is called as `kindred with` calls it, and knows its package.
  @Test func theProgramOfAPackage() throws {
    let name = "kindred with ../My\\ Papers"
    _ = try folder.submit(
      ["--nodes", "2"], executable: folder.program(), called: name, package: "0123abcd")
    let script = try folder.script("students")
    #expect(
      script.contains(
        "export KINDRED_PACKAGE=0123abcd\nkindred() { exec -a '\(name)' DIR/program \"$@\"; }\n"))
  }

  /// The scripts are submitted in their order, each after the one before it.
  @Test func theyAreSubmittedInOrder() throws {
    let calls = folder.path("calls").shellQuoted
    try folder.fake("sbatch", "echo \"$@\" >> \(calls); echo \"$(wc -l < \(calls));here\"")
    let (code, output, errors) = try folder.submitBuilt(["--nodes", "2", "--now"])
    #expect(code == 0 && errors.isEmpty, "\(errors)")
    #expect(output == "teachers 1\nweights 2\nstudents 3\nmerge 4\n")
    #expect(
      try folder.text("calls") == """
        --parsable ./teachers.sh
        --parsable --kill-on-invalid-dep=yes --dependency=afterok:1 ./weights.sh
        --parsable --kill-on-invalid-dep=yes --dependency=afterok:2 ./students.sh
        --parsable --kill-on-invalid-dep=yes --dependency=afterany:3 ./merge.sh

        """)
    // The same scripts are not written again.
    #expect(try folder.submitBuilt(["--nodes", "2", "--now"]).output.hasPrefix("teachers 5\n"))
  }

  @Test func whatSlurmRefusesIsSaid() throws {
    try folder.fake("sbatch", "echo 'sbatch: error: invalid partition' >&2; exit 1")
    let (code, output, errors) = try folder.submitBuilt(["--nodes", "2", "--now"])
    #expect(code == ExitCode.failed.rawValue && output.isEmpty)
    #expect(
      errors.hasPrefix(
        "kindred: not submitted, for what Slurm says: sbatch: error: invalid partition"),
      "\(errors)")
  }

  /// A program that is told to stop is waited for. Its job is queued again, unless it was cancelled.
  @Test(arguments: [
    ("TERM", "RUNNING", true), ("USR1", "RUNNING", true), ("TERM", "COMPLETING", false),
  ])
  func aJobThatIsStopped(_ signal: String, _ state: String, _ goesOn: Bool) throws {
    let program = try folder.fake(
      "program",
      "trap 'sleep 0.1; echo saved; exit 130' TERM; echo begun; for i in {1..1000}; do sleep 0.01; done"
    )
    try folder.fake("squeue", "[ \"$2\" = --jobs=17_2 ] && echo \(state)")
    try folder.fake("scontrol", "echo \"scontrol $*\"")
    _ = try folder.submit(["--nodes", "2", "--cpus", "1"], executable: program)
    let (code, output, errors) = try folder.runScript(
      "students", "(sleep 0.5; kill -\(signal) $$) &")
    #expect(code == 130, "\(errors)")
    let requeued = goesOn ? "scontrol requeue 17_2\n" : ""
    #expect(output == "begun\nsaved\n\(requeued)", "\(errors)")
  }

  /// A program that fails is not run again.
  @Test func aJobThatFails() throws {
    let program = try folder.fake("program", "exit 65")
    try folder.fake("scontrol", "echo \"scontrol $*\"")
    _ = try folder.submit(["--nodes", "2", "--cpus", "1"], executable: program)
    let (code, output, _) = try folder.runScript("students", "")
    #expect(code == 65 && output.isEmpty)
  }

  @Test func nothingIsOverwritten() throws {
    #expect(try folder.submit(["--nodes", "2"]).code == .done)
    let before = try folder.script("students")
    #expect(try folder.submit(["--nodes", "2"]).code == .done)
    let (code, output, errors) = try folder.submit(["--nodes", "3"])
    #expect(code == .inputOutput && output.isEmpty)
    #expect(errors == "kindred: 'DIR/out/slurm/teachers.sh' exists; --force overwrites it\n")
    #expect(try folder.script("students") == before)
    #expect(try folder.submit(["--nodes", "3", "--force"]).code == .done)
    #expect(try folder.script("students") != before)
  }

  @Test(arguments: [
    (["--nodes", "100001"], "'--nodes' takes a whole number from 1 to 100000, not '100001'"),
    (["--nodes", "2", "--time", "4"], SlurmTimes.expected("4")),
    (["--nodes", "2", "--time", "4h"], SlurmTimes.expected("4h")),
    (
      ["--nodes", "2", "--cpus", "2", "--threads", "4"],
      "'--cpus 2' is too few for a training that uses '--threads 4'"
    ),
    (
      ["--nodes", "2", "--sbatch", "mem=8G"],
      "'--sbatch' takes an option of sbatch, such as --sbatch=--mem=8G, not 'mem=8G'"
    ),
  ])
  func mistakesAreNamed(_ words: [String], _ error: String) throws {
    let (code, output, errors) = try folder.submit(words)
    #expect(code == .usage && output.isEmpty)
    #expect(errors.hasPrefix("kindred: \(error)\n"), "\(errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }

  @Test func withoutSlurm() throws {
    let (code, output, errors) = try folder.submit(["--nodes", "2", "--now"], path: "/none")
    #expect(code == .missingFile && output.isEmpty)
    #expect(
      errors == "kindred: no folder of PATH has the program 'sbatch', which submits jobs to Slurm\n"
    )
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
    #expect(
      try SubmitFolder(named: "a\\b").submit(["--nodes", "2"]).errors.hasPrefix(
        "kindred: Slurm writes no file to 'DIR/out', because of a backslash or a line break in it\n"
      ))
    #expect(
      try folder.submit(["--nodes", "2", "--set", "rows=[{loss: 'cee'}]"]).errors.hasPrefix(
        "kindred: DIR/recipe.json5: rows[0].loss: no term 'cee'"))
  }
}

enum SlurmTimes {
  static func expected(_ word: String) -> String {
    """
    '--time' takes a time of 5 minutes or more as Slurm writes it: 90, 4:00:00 or 2-12:00:00, not \
    '\(word)'
    """
  }
}

@Suite struct SlurmTimeTests {
  @Test(arguments: ["5", "90", "5:00", "0:05:00", "4:00:00", "1-0", "0-1", "2-12:30", "2-12:30:15"])
  func times(_ word: String) {
    #expect(SlurmTime(argument: word)?.description == word)
  }

  @Test(arguments: [
    "", "4", "4:59", "0:04:59", "0-0:4", "-5", "1-", "1-2-3", "1:2:3:4", "1h", "1.5",
  ])
  func noTimes(_ word: String) {
    #expect(SlurmTime(argument: word) == nil)
  }
}
