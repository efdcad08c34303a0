#!/usr/bin/env bash
# Builds the targets as a fuzzing cluster does, into an empty folder, and drives them as its engine does.
#
#   fuzz/tests/cluster.sh            without a sanitizer, on the stable toolchain
#   SANITIZER=address fuzz/tests/cluster.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export OUT="$scratch/out" SRC="$scratch/src" FUZZING_ENGINE=libfuzzer SANITIZER="${SANITIZER:-none}"
export CFLAGS="${CFLAGS:--O1 -fno-omit-frame-pointer}" CXXFLAGS="${CXXFLAGS:--O1 -fno-omit-frame-pointer}"
mkdir -p "$OUT" "$SRC"
ln -s "$PWD" "$SRC/orchestration"

fail() { echo "not as expected: $*" >&2; exit 1; }

echo "==> build.sh refuses an engine and a sanitizer that it does not know"
(FUZZING_ENGINE=afl bash .clusterfuzzlite/build.sh 2>"$scratch/refusal") && fail "the engine afl was accepted"
grep -q "expected libfuzzer" "$scratch/refusal" || fail "the refusal does not say what was expected"
(SANITIZER=dataflow bash .clusterfuzzlite/build.sh 2>"$scratch/refusal") && fail "the sanitizer dataflow was accepted"
grep -q "cannot build with the sanitizer dataflow" "$scratch/refusal" || fail "the refusal does not name the sanitizer"

echo "==> build.sh, from the folder of the sources"
(cd "$SRC" && bash "$SRC/orchestration/.clusterfuzzlite/build.sh" 2>&1 | tail -n 1)
ls -1 "$OUT"

for target in command_sequence event_stream wire interleaving naive_commands induct; do
    [ -x "$OUT/$target" ] || fail "$target was not built"
    grep -q '^max_len = [1-9]' "$OUT/$target.options" || fail "$target has no options"
    seeds="$scratch/seeds/$target" corpus="$scratch/corpus/$target" merged="$scratch/merged/$target"
    mkdir -p "$seeds" "$corpus" "$merged"
    if [ -f "$OUT/${target}_seed_corpus.zip" ]; then
        python3 -m zipfile --extract "$OUT/${target}_seed_corpus.zip" "$seeds"
    else
        printf 'seed' >"$seeds/seed"
    fi
    dictionary=()
    if [ -f "$OUT/$target.dict" ]; then dictionary=(-dict="$OUT/$target.dict"); fi
    echo "==> $target: $(find "$seeds" -type f | wc -l) seeds, a short run, a merge"
    (cd "$scratch" && "$OUT/$target" -runs=0 "$seeds" >"$scratch/log" 2>&1) || { cat "$scratch/log"; fail "the seeds of $target fail"; }
    grep -Eq "seed corpus: files: [1-9]" "$scratch/log" || fail "$target has not read its seeds"
    (cd "$scratch" && "$OUT/$target" -max_total_time=3 "${dictionary[@]}" "$corpus" "$seeds" >"$scratch/log" 2>&1) || { cat "$scratch/log"; fail "$target finds something"; }
    grep -Eq '^Done [1-9][0-9]* runs' "$scratch/log" || fail "$target has run nothing"
    (cd "$scratch" && "$OUT/$target" -merge=1 "$merged" "$corpus" "$seeds" >"$scratch/log" 2>&1) || { cat "$scratch/log"; fail "the corpus of $target can not be merged"; }
    [ -n "$(ls -A "$merged")" ] || fail "nothing is left of the corpus of $target"
done

echo "==> a crash is found, and its artifact shows it again"
mkdir -p "$scratch/found"
if PLANTED_BUG=start-while-running "$OUT/command_sequence" -seed=1 -max_total_time=60 -artifact_prefix="$scratch/found/" >"$scratch/log" 2>&1; then
    fail "a planted bug was not found in a minute"
fi
crash=$(find "$scratch/found" -name 'crash-*' -print -quit)
[ -n "$crash" ] || { cat "$scratch/log"; fail "there is no artifact"; }
if PLANTED_BUG=start-while-running "$OUT/command_sequence" "$crash" >"$scratch/log" 2>&1; then
    fail "the artifact does not show the bug again"
fi
grep -q "replay --fuzz command_sequence" "$scratch/log" || fail "the message does not name the command that shows more"
"$OUT/command_sequence" "$crash" >"$scratch/log" 2>&1 || fail "the artifact fails on the core too"

echo "==> two workers that have nothing in common but a folder"
mkdir -p "$scratch/shared" "$scratch/machine"
(cd "$scratch/machine" && "$OUT/command_sequence" -jobs=2 -workers=2 -max_total_time=5 "$scratch/shared" "$scratch/seeds/command_sequence" >"$scratch/log" 2>&1) || fail "two workers find something"
[ "$(ls "$scratch/machine"/fuzz-*.log | wc -l)" -eq 2 ] || fail "there were not two workers"
echo "they have left $(find "$scratch/shared" -type f | wc -l) inputs"

echo "all as expected"
