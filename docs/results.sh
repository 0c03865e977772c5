#!/usr/bin/env bash
# Writes docs/results.md from the folders of results of the recipes in Examples/:
#
#     docs/results.sh results
set -euo pipefail
cd "$(dirname "$0")/.."
recipes=(classification metric-learning self-distillation few-shot domain-change
  stronger-teachers irg cckd sp vrm spurious-teacher own-images transfer own-teacher
  vrm-architectures)
folders=()
for recipe in "${recipes[@]}"; do
  [ ! -e "$1/$recipe/results.json" ] || folders+=("$1/$recipe")
done
claims=$(.build/release/kindred report "${folders[@]}" --format markdown | sed "s,^## ,### ,")
opening='<!-- claims -->' closing='<!-- /claims -->'
page=$(cat docs/results.md)
{
  printf '%s%s\n\n' "${page%%"$opening"*}" "$opening"
  printf '%s\n\n' "$claims"
  printf '%s%s\n' "$closing" "${page##*"$closing"}"
} > docs/results.md
