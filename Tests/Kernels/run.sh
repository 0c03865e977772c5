#!/usr/bin/env bash
# Compares the kernels of every table with the portable ones of this processor: its other tables, and
# those of an Arm processor, for which QEMU stands in.
#
#   Tests/Kernels/run.sh          on Linux; on x86 with the packages libc6-dev-arm64-cross and qemu-user
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# Compiles objects into a folder: the kernels as in a release, and the cases such that the numbers
# that they draw are the same on every processor.
compile() {
  local folder=$out/$1 file
  shift
  mkdir "$folder"
  {
    for file in Sources/CKernels/*.c; do
      echo "-O2 -c $file -o $folder/$(basename "$file" .c).o"
    done
    for file in Tests/Kernels/*.c; do
      echo "-std=gnu11 -O1 -ffp-contract=off -Wall -Wextra -Werror -c $file -o $folder/$(basename "$file" .c).o"
    done
  } | xargs -P "$(nproc)" -L 1 clang "$@" -ISources/CKernels/include
}

compile native
clang -fuse-ld=lld "$out"/native/*.o -lm -o "$out/native/kernels"
"$out/native/kernels" portable write "$out/expected"
for table in $("$out/native/kernels"); do
  [ "$table" = portable ] || "$out/native/kernels" "$table" compare "$out/expected"
done
[ "$(uname -m)" = x86_64 ] || exit 0

arm=/usr/aarch64-linux-gnu
if [ ! -e $arm/include ] || ! command -v qemu-aarch64 > /dev/null; then
  echo "the Arm kernels need the packages libc6-dev-arm64-cross and qemu-user" >&2
  exit 1
fi
target=(--target=aarch64-linux-gnu -isystem $arm/include)
compile arm "${target[@]}"
# The library of C is a shared one, which needs none of the files of GCC.
clang "${target[@]}" -fuse-ld=lld -nostdlib -no-pie -Wl,-dynamic-linker=/lib/ld-linux-aarch64.so.1 \
  $arm/lib/crt1.o $arm/lib/crti.o "$out"/arm/*.o -L$arm/lib -lm -lc $arm/lib/crtn.o -o "$out/arm/kernels"
for table in neon portable; do
  qemu-aarch64 -L $arm "$out/arm/kernels" $table compare "$out/expected"
done

# The innermost loop of the matrix product: for 8 × 8 sums, 16 fused multiplications and additions of
# four numbers, and nothing that moves a sum to memory.
loop=$("$(clang -print-prog-name=llvm-objdump)" -d --no-show-raw-insn \
  --disassemble-symbols=tile_product_8 "$out/arm/neon.o" |
  awk '{ line[NR] = $0; at["0x" $1] = NR }
    $2 == "b.ne" && ($3 ":") in at && !n++ { for (i = at[$3 ":"]; i <= NR; i++) print line[i] }')
if [ "$(grep -cE 'fmla\s+v[0-9]+\.4s' <<< "$loop")" != 16 ] || grep -qE '\s(st|\S.*\[sp)' <<< "$loop"; then
  printf 'the loop of the matrix product:\n%s\n' "$loop" >&2
  exit 1
fi
