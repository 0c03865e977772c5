#!/usr/bin/env bash
# Submits a small experiment to a real Slurm with two nodes, which is started for this on this machine. Jobs
# are cancelled, queued again, and told that their time is over, and a node is killed. Each time, the merged
# results have the bytes of a run in one process. It must be root; Slurm is installed if it is missing.
#
#   Tests/Slurm/run.sh [PROGRAM]     by default .build/release/kindred
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "${1:-.build/release/kindred}")
source Tests/Slurm/cluster.sh

missing=()
command -v slurmctld > /dev/null || missing+=(slurm-wlm)
command -v munged > /dev/null || missing+=(munge)
if [ ${#missing[@]} -gt 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  apt-get install -q -y --no-install-recommends "${missing[@]}"
fi

work=$(mktemp -d)
trap 'stop_cluster; sleep 1; rm -rf "$work"' EXIT
start_cluster "$work/slurm"

# Slurm's own characters are in the path.
mkdir "$work/it's 100% mine"
cd "$work/it's 100% mine"
cat > recipe.json5 <<'RECIPE'
{
  data: { set: "glyphs", train: 480, test: 160 },
  teacher: { network: "resnet8:2", training: { images: 160, epochs: 2, batch: 32 } },
  student: { network: "resnet8:1", training: { images: 96, epochs: 20, batch: 32 } },
  validation: { images: 64 },
  rows: [
    { name: "ce", loss: "ce" },
    { name: "kd", loss: "ce + weight*kd", weights: [0.5, 1] },
    { name: "rkd", loss: "ce + rkd.distance", teacher: { network: "mlp:16" } },
    { name: "own", loss: "kd", taughtBy: "ce" },
  ],
  evaluation: { recall: [1] },
  seeds: [1, 2],
}
RECIPE
recipe=$PWD/recipe.json5

submit() { "$program" submit "$recipe" --out "$1" --nodes 2 --cpus 1 --time 10 --now; }

fail() {
  echo "$1" >&2
  squeue >&2
  tail -n 20 "$work"/slurm/*.log "$work"/*mine/*/slurm/*.log >&2
  exit 1
}
# Waits until a command succeeds.
await() {
  local end=$((SECONDS + 120))
  until "$@"; do
    if [ $SECONDS -ge $end ]; then fail "not within two minutes: $*"; fi
    sleep 0.2
  done
}
is_down() { [[ $(sinfo --noheader --nodes="$1" --format=%t) == down* ]]; }
queue_is_empty() { [ -z "$(squeue --noheader)" ]; }
# The numbers of running jobs of a stage: `17_1`.
running() { squeue --noheader --states=RUNNING --format='%i %j' | sed -n "s/ $1-.*//p"; }
# Whether both jobs of students of a folder are in a training.
has_begun() { [ "$(grep -ls epoch "$1"/slurm/students-*.log | wc -l)" = 2 ]; }

# Everything but times is what one process has written.
results() { sed -E 's/"seconds" : [0-9.e-]+/"seconds"/' "$1/results.json"; }
compare() {
  await queue_is_empty
  tail -n 9 "$1/slurm/merge.log"
  if ! [ -e "$1/results.json" ]; then fail "not merged: $1"; fi
  diff <(results one) <(results "$1")
  cmp one/diagnostics.json "$1/diagnostics.json"
  (cd one/checkpoints && ls) | while read -r name; do
    cmp "one/checkpoints/$name" "$1/checkpoints/$name"
  done
  echo "as one process: $1"
}

"$program" run "$recipe" --out one 2> /dev/null

say() { printf -- '-- %s (%s s)\n' "$1" $SECONDS; }
say "stages after each other"
submit whole
compare whole

say "cancelled and submitted again"
submit cancelled
await has_begun cancelled
scancel --user=root
await queue_is_empty
if [ -e cancelled/results.json ]; then fail "there are results of jobs that were cancelled"; fi
submit cancelled
compare cancelled

say "queued again, and out of time"
submit requeued
await has_begun requeued
scontrol requeue "$(running students | head -1)"
scancel --batch --signal=USR1 "$(running students | tail -1)"
compare requeued
for log in requeued/slurm/students-*.log; do
  grep -q "^saved" "$log" || fail "$log does not say that the state was saved"
  grep -q "^going on" "$log" || fail "$log does not say that the run goes on"
done

say "a node killed and started again"
submit killed
await has_begun killed
kill_node n2
await is_down n2
start_node n2
compare killed
if [ "$(cat killed/slurm/students-*.log | grep -c "^glyphs")" -lt 3 ]; then
  fail "no job was started again"
fi
say "done"
