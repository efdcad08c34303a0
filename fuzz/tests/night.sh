#!/usr/bin/env bash
# Spends short nights in a fresh clone without a corpus: on a core with three planted bugs, on the sound core, and with a
# target that does not build.
#
#   fuzz/tests/night.sh
#
# What is committed is tested, and what is not: the clone takes both. What is built goes to target, and is there
# the next time; CARGO_TARGET_DIR sets another folder.
set -euo pipefail
cd "$(dirname "$0")/../.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
clone="$scratch/clone" nights="$scratch/nights"

fail() {
    echo "not as expected: $*" >&2
    cat "$(last_night)/summary.md" >&2 || true
    exit 1
}
last_night() { find "$nights" -mindepth 1 -maxdepth 1 -type d | sort | tail -n 1; }
corpus() { (cd "$clone/fuzz/corpus" && find . -type f | sort); }
# All that was in the corpus before must still be there.
loses_nothing() {
    local lost
    lost=$(comm -23 "$scratch/before" <(corpus))
    [ -z "$lost" ] || fail "the corpus lost entries: $lost"
}
# Whether the summary of the last night has a line like this.
says() { grep -Eq "$1" "$(last_night)/summary.md" || fail "the summary does not say: $1"; }
# A night with these arguments must end with this status.
night() {
    local expected=$1 status=0
    shift
    echo "==> fuzz/nightly $*"
    "$clone/fuzz/nightly" --to "$nights" --quick --no-address-sanitizer "$@" >"$scratch/output" || status=$?
    [ "$status" -eq "$expected" ] || fail "the night ended with $status, and not with $expected"
}

# The invariant that a search finds broken.
invariant() {
    (cd "$scratch" && "$CARGO_TARGET_DIR/release/harness" "$@" --json 2>/dev/null || true) |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["violation"]["invariant"])'
}

git clone --quiet --no-hardlinks . "$clone"
git ls-files --cached --others --exclude-standard -z | while IFS= read -r -d '' file; do
    # What was built of a file that has not changed is still good.
    if [ -f "$file" ]; then cp -p "$file" "$clone/$file" 2>/dev/null || { mkdir -p "$clone/$(dirname "$file")" && cp -p "$file" "$clone/$file"; }; fi
done
[ ! -e "$clone/fuzz/corpus" ] || fail "the clone has a corpus"

echo "==> a usage that makes no sense is refused"
for odd in 0 -5 1e3 8.5 99999999999999999999; do
    night 2 "--minutes=$odd" 2>"$scratch/errors"
    grep -q -e "--minutes" "$scratch/errors" || fail "the error does not name --minutes"
done

# One that exploration comes to first, one that it does not see and a soak comes to first, and one that fuzzing the projector
# shows.
bugs=result-before-answer,checkpoint-loses-description,orphan-event-panics
night 1 --seconds 27 --seed 2 --bug $bugs
by_exploration=$(invariant explore --scope small --bug result-before-answer)
by_soak=$(invariant soak --seed 2 --duration 5 --bug checkpoint-loses-description)
by_fuzzing=A6
says "^\| exploration of small \| \*\*found something\*\* \| .*$by_exploration"
says "^\| soak \| \*\*found something\*\* \| .*$by_soak"
says "^\| fuzzing of event_stream \| \*\*found something\*\* \| .*$by_fuzzing"
[ "$(printf '%s\n' "$by_exploration" "$by_soak" "$by_fuzzing" | sort -u | wc -l)" -eq 3 ] || fail "two bugs break one invariant"
for name in "$by_exploration" "$by_soak" "$by_fuzzing"; do says "^### $name, "; done
says "^cargo run --release -- (replay --fuzz event_stream|shrink --as events) --bug $bugs "
grep -m 3 '^cargo run --release -- ' "$(last_night)/summary.md" >"$scratch/replays"
while read -r replay; do
    status=0
    # shellcheck disable=SC2086 # It is a command line.
    (cd "$scratch" && "$CARGO_TARGET_DIR/release/harness" ${replay#cargo run --release -- } >"$scratch/output" 2>&1) || status=$?
    [ "$status" -eq 1 ] || fail "the command line that shows it again ended with $status: $replay"
done <"$scratch/replays"
corpus >"$scratch/before"
[ -s "$scratch/before" ] || fail "there is no corpus"

night 1 --seconds 9 --only-fuzzing --bug $bugs
loses_nothing
says '^\| fuzzing of command_sequence \| \*\*found something\*\* '

corpus >"$scratch/before"
night 0 --seconds 9
says '^\*\*Clean\*\*: everything came to its end, and nothing was found'
loses_nothing
[ "$(grep -c '^| 20' "$(last_night)/summary.md")" -eq 3 ] || fail "the trend does not have three nights"
awk -F '|' '$2 ~ /^ (command_sequence|wire) $/ && ($3 < 1 || $4 < 1) { exit 1 }' "$(last_night)/summary.md" || fail "a target ran nothing"

strays=$(comm -13 <(git status --porcelain | sort) <(cd "$clone" && git status --porcelain --ignored | grep -v '^!! fuzz/corpus/$' | sort))
[ -z "$strays" ] || fail "the nights left behind: $strays"

echo 'fn broken() { no_such_function() }' >>"$clone/fuzz/fuzz_targets/wire.rs"
night 2 --seconds 8 --only-fuzzing
says 'wire does not build: error\[E0425\]'
says '^\| fuzzing of wire \| \*\*could not run\*\* '
says '^\| fuzzing of event_stream \| finished '
says '^\*\*Could not run\*\*'

echo "all as expected"
