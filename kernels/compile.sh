#!/usr/bin/env bash
# Compiles kernels/*.cu with nvcc, for float and for double, those that changed, in parallel:
#
#   compile.sh check DIR      for sm_120, where registers run out first
#   compile.sh release DIR    fat binaries: sm_75, 80, 86, 89, 90, 100, 120, and PTX for what comes after
#
# Fails on a spill to local memory without a reason.
#
# A spill is allowed where the source says why, in a comment "Spills: <reason>".
# What was compiled is kept with the hash of all that it was compiled from.
set -euo pipefail
mode=$1
out=$(realpath -m "$2")
cd "$(dirname "$0")"

command -v nvcc >/dev/null || { echo "kernels: nvcc is not on the PATH; install a CUDA toolkit, or leave the profile out" >&2; exit 1; }
mkdir -p "$out"

flags=(-std=c++17 -Werror all-warnings)
suffix=fatbin
flags+=(-fatbin -Xptxas -v)
case $mode in
check)
    architectures=(120)
    ;;
release)
    architectures=(75 80 86 89 90 100 120)
    flags+=(-gencode arch=compute_75,code=compute_75)
    ;;
*)
    echo "kernels: expected check or release, got $mode" >&2
    exit 1
    ;;
esac
for arch in "${architectures[@]}"; do
    flags+=(-gencode "arch=compute_$arch,code=sm_$arch")
done
version=$(nvcc --version | tail -n 1)

compile() {
    local name=$1 real=$2 hash
    local base=$out/$name.$real
    hash=$(cat "$name.cu" ./*.cuh <(echo "$version ${flags[*]} $real") | sha256sum)
    if [[ -f $base.$suffix && $(cat "$base.hash" 2>/dev/null) == "$hash" ]]; then
        return
    fi
    rm -f "$base.hash"
    if ! nvcc "${flags[@]}" -DREAL="$real" -o "$base.$suffix" "$name.cu" >"$base.log" 2>&1; then
        cat "$base.log" >&2
        return 1
    fi
    if grep -qE '[1-9][0-9]* bytes spill' "$base.log" && ! grep -q 'Spills: ' "$name.cu"; then
        grep -B 2 -E '[1-9][0-9]* bytes spill' "$base.log" >&2
        echo "kernels: $name.cu spills to local memory; use fewer registers, or say why in its comment: Spills: <reason>" >&2
        return 1
    fi
    echo "kernels: compiled $name.cu for $real"
    echo "$hash" >"$base.hash"
}

failed=0
running=0
for file in *.cu; do
    for real in float double; do
        compile "${file%.cu}" "$real" &
        running=$((running + 1))
        if ((running >= $(nproc))); then
            wait -n || failed=1
            running=$((running - 1))
        fi
    done
done
while ((running > 0)); do
    wait -n || failed=1
    running=$((running - 1))
done
exit $failed
