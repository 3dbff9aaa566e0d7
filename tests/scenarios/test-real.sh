#!/bin/bash
# A register of 12,879 real companies as it was published, through the command as it is.
# shellcheck source=tests/scenarios/rig.bash
. "$(dirname "$(readlink -f "$0")")/rig.bash"

file=$SHARED/data/entities/luoyang_enterprises_1978_2019.csv
if [[ ! -r $file ]]; then
    skip 'the register goes through the checks' 'the register is not on this machine'
    exit 0
fi
import=(import entity "$file" --organ market_regulation --json --batch)
rule 'one line is refused: exit 2' exits 2 "${import[@]}" t1 --rejects "$dir/rejects.csv"
rule '12,879 read, 12,878 accepted' \
    json 'r.read === 12879 && r.accepted === 12878 && r.rejected === 1 && r.unchanged === 0'
rule 'line 1085: the check digit of its code, and nothing else' \
    json 'r.reasons.length === 1 && r.reasons[0].line === 1085 && r.reasons[0].field === "uscc" &&
        r.reasons[0].code === "check_digit"'
rule 'the pair 99 is in no list: a warning, not a refusal' \
    json 'r.warnings.some(w => w.code === "code_unknown" && /^99/.test(w.key))'
rule 'the refused line as it was' cmp <(tail -n +2 "$dir/rejects.csv" | tr -d '\r') \
    <(sed -n 1085p "$file" | tr -d '\r')
rule 'again under another number: the same line is refused' exits 2 "${import[@]}" t2
rule 'and nothing changes' json 'r.read === 12879 && r.unchanged === 12878 && r.differences === 0'
rule 'verify' exits 0 verify
