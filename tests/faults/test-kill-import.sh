#!/bin/bash
# kill -9 at any moment of an import of several chunks: the store verifies, and the same command
# again completes it, counting each line once. HELUO_IMPORT_KILLS for more than 10 kills.
# shellcheck source=tests/scenarios/rig.bash
. "$(dirname "$(readlink -f "$0")")/../scenarios/rig.bash"

kills=${HELUO_IMPORT_KILLS:-10} lines=12000 bad=3
random=${HELUO_IMPORT_SEED:-$RANDOM}
echo "# HELUO_IMPORT_SEED=$random"
RANDOM=$random

import=(import entity "$dir/f.csv" --organ market_regulation --batch)
# next N: the N-th file, of companies that no file had before; 3 lines in it are bad
next() {
    many "$dir/f.csv" $(($1 * lines)) $lines
    sed -i -e '100s/,active$/,许多/' -e '6000s/,active$/,许多/' -e "\$s/,active\$/,许多/" "$dir/f.csv"
}
h get organ tax # makes the store

# How long one takes when nobody disturbs it, in milliseconds.
next 0
begin=${EPOCHREALTIME/./}
rule 'undisturbed: some are refused' exits 2 "${import[@]}" k0 --json
took=$(((${EPOCHREALTIME/./} - begin) / 1000))
rule 'undisturbed: all are counted' \
    json "r.read === $lines && r.rejected === $bad && r.accepted === $lines - $bad"

for ((i = 1; i <= kills; i++)); do
    next "$i"
    "$HELUO" "${import[@]}" "k$i" --data "$data" >/dev/null 2>&1 &
    victim=$!
    pids=("$victim")
    ms=$((took * (RANDOM % 100) / 100 + 1))
    sleep "$((ms / 1000)).$(printf '%03d' $((ms % 1000)))"
    kill -9 "$victim" 2>/dev/null
    wait "$victim" 2>/dev/null
    pids=()
    rule "kill $i, after $ms ms: the store verifies" exits 0 verify
    rule "kill $i: the same command completes it" exits 2 "${import[@]}" "k$i" --json
    rule "kill $i: each line is counted once" json \
        "r.read === $lines && r.rejected === $bad && r.accepted === $lines - $bad &&
         r.reasons.length === $bad && r.unchanged === 0 &&
         r.reasons.map(x => x.line).join() === '100,6000,$((lines + 1))'"
    cp "$dir/out" "$dir/first"
    h "${import[@]}" "k$i" --json
    rule "kill $i: once more it says the same" cmp "$dir/first" "$dir/out"
done

h export entity --format ndjson
rule 'as many companies as were accepted' \
    test "$(wc -l <"$dir/out")" = $(((kills + 1) * (lines - bad)))
rule 'none twice' test "$(sort "$dir/out" | uniq -d | wc -l)" = 0
rule 'and all verifies' exits 0 verify
