#!/usr/bin/env bash
# Links every paper statically into one program, runs it, and prints its size when stripped.
#
#   Tests/StaticSize/run.sh [BYTES]     fails if it is larger than BYTES, by default 10 MB
set -euo pipefail
cd "$(dirname "$0")"
limit=${1:-10000000}

options=(-c release --scratch-path ../../.build)
swift build "${options[@]}" >&2
built=$(swift build "${options[@]}" --show-bin-path)
program=$built/StaticSize.stripped

# A static standard library exports its symbols for backtraces, and exported code is kept even if
# unused, so the program is linked once more. Functions of equal code are linked once, and with -O2 strings
# that end alike. A program at a fixed address needs no table of relocations. One that catches no
# exceptions of C++ needs no description of its stack frames, more than a megabyte, and no index of them.
# Of the linkers, lld makes the smallest program.
frames=$built/frames.ld
echo 'SECTIONS { /DISCARD/ : { *(.eh_frame) } } INSERT AFTER .text;' > "$frames"
swiftc -emit-executable -static-stdlib -use-ld=lld -o "$program" \
  "@$built/StaticSize.product/Objects.LinkFileList" -Xlinker --no-export-dynamic -Xlinker --gc-sections \
  -Xlinker --icf=all -Xlinker -O2 -Xlinker -no-pie -Xlinker --no-eh-frame-hdr -Xlinker -T -Xlinker "$frames" \
  -Xlinker --defsym=main=StaticSize_main
strip "$program"
"$program"
size=$(wc -c < "$program")
echo "$size bytes, stripped"
if [ "$size" -gt "$limit" ]; then
  echo "that is more than $limit" >&2
  exit 1
fi
