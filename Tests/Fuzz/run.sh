#!/usr/bin/env bash
# Builds the fuzz targets once, and runs each from its seeds.
#
#   Tests/Fuzz/run.sh [SECONDS [TARGET...]]     by default 5 seconds for each of all targets
#
# Inputs that reach new code are kept in .build/fuzz/corpus, and the next run goes on from them. An
# input that breaks something is kept in .build/fuzz/findings, and its path is the last line of the
# output. KINDRED_FUZZ_CONFIGURATION=debug builds in a third of the time and tries fewer inputs.
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD
root=$(cd ../.. && pwd)
seconds=${1:-5}
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] || targets=($(ls Seeds))

build=$root/.build/fuzz
# If --sanitize is given several times, swiftc takes only the last.
options=(-c "${KINDRED_FUZZ_CONFIGURATION:-release}" -Xswiftc -enable-testing
  --sanitize fuzzer --sanitize address
  -Xswiftc -sanitize=fuzzer,address --scratch-path "$build" --product Fuzz)
swift build "${options[@]}" >&2
program=$(swift build "${options[@]}" --show-bin-path)/Fuzz

# Readers that take a path get their input as a file, in memory if possible.
memory=/dev/shm
[ -w $memory ] || memory=${TMPDIR:-/tmp}
TMPDIR=$(mktemp -d "$memory/kindred-fuzz.XXXXXX")/
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT

# The seeds of a target: the files of its folder, and files of its kind elsewhere in the repository.
seeds() {
  local places=("$here/Seeds/$1") names='*'
  case $1 in
    npy | npz | safetensors) places+=("$root/Tests/TensorFilesTests/Fixtures") names="*.$1" ;;
    idx) places+=("$root/Tests/TensorFilesTests/Fixtures") names='*-*' ;;
    recipe) places+=("$root/Examples") names='*.json5' ;;
    vectors) places+=("$root/Tests/PapersTests/Vectors") names='*.json' ;;
  esac
  find "${places[@]}" -maxdepth 1 -type f -name "$names" -size -64k
}

# The words that inputs of a target are made of.
dictionary() {
  case $1 in
    formula) echo "-dict=$here/Dictionaries/formula" ;;
    recipe | settings) echo "-dict=$here/Dictionaries/recipe" ;;
    results | diagnostics | metrics | run-state | vectors) echo "-dict=$here/Dictionaries/json" ;;
  esac
}

for target in "${targets[@]}"; do
  corpus=$build/corpus/$target
  findings=$build/findings/$target-
  mkdir -p "$corpus" "$build/findings" "$TMPDIR/$target"
  seeds "$target" | xargs -I{} cp {} "$TMPDIR/$target"
  log=$build/$target.log
  if ! FUZZ_TARGET=$target SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 "$program" \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=1024 -max_len=65536 \
    -print_final_stats=1 -artifact_prefix="$findings" $(dictionary "$target") \
    "$corpus" "$TMPDIR/$target" > "$log" 2>&1; then
    tail -n 40 "$log" >&2
    echo "$target: broken by $(ls -t "$findings"* 2> /dev/null | head -1), see $log" >&2
    exit 1
  fi
  printf '%-12s %9s inputs in %s s, %s of them kept\n' "$target" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" "$seconds" "$(ls "$corpus" | wc -l)"
done
