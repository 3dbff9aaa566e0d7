#!/bin/bash
# Files that are broken: each is refused with a clear error, and the store is as it was before.
# shellcheck source=tests/scenarios/rig.bash
. "$(dirname "$(readlink -f "$0")")/rig.bash"

companies "$dir/a.csv"
h import entity "$dir/a.csv" --organ market_regulation --batch first
before=$(counts)
import=(import entity "$dir/f.csv" --organ market_regulation --batch)
n=0

# refused CODE RULE [LINE]: file $dir/f.csv, as a whole, with this code (at this line)
refused() {
    n=$((n + 1))
    rule "$2: exit 1" exits 1 "${import[@]}" "r$n" --json
    rule "$2: $1${3:+, line $3}" \
        json "r.code === '$1' && (!'${3-}' || r.errors[0].line === Number('${3-}'))"
    rule "$2: the store is as before" test "$(counts)" = "$before"
}
# line_refused CODE RULE LINE: one line of it
line_refused() {
    n=$((n + 1))
    rule "$2: exit 2" exits 2 "${import[@]}" "r$n" --json
    rule "$2: $1, line $3" json "r.reasons.some(x => x.code === '$1' && x.line === $3)"
    rule "$2: the store is as before" test "$(counts)" = "$before"
}
heading=$(head -n 1 "$dir/a.csv")
line() { sed -n "$1p" "$dir/a.csv"; }

# ---- the file as a whole ----

: >"$dir/f.csv"
refused required 'an empty file'
printf '\xef\xbb\xbf' >"$dir/f.csv"
refused required 'a byte order mark and nothing else'
companies "$dir/f.csv" 丁
truncate -s -20 "$dir/f.csv"
refused truncated 'a file that was cut off in its last line' 4
companies "$dir/f.csv" 丁 && printf '%s,"洛阳' "${KEYS[3]}" >>"$dir/f.csv"
refused truncated 'a file that was cut off in a quoted cell' 5
companies "$dir/g.csv" 丁
iconv -f UTF-8 -t UTF-16 "$dir/g.csv" >"$dir/f.csv"
refused encoding 'UTF-16'
iconv -f UTF-8 -t UTF-16LE "$dir/g.csv" >"$dir/f.csv"
refused encoding 'UTF-16 without its mark'
printf 'uscc,name,colour\n%s,洛阳甲有限公司,red\n' "${KEYS[0]}" >"$dir/f.csv"
refused unknown_column 'a column that there is not' 1
printf 'uscc,name,名称\n%s,洛阳甲有限公司,b\n' "${KEYS[0]}" >"$dir/f.csv"
refused duplicate 'a column that stands twice' 1
printf 'name\n洛阳甲有限公司\n' >"$dir/f.csv"
refused required 'the key has no column' 1
head -c 100000 /dev/urandom >"$dir/f.csv"
n=$((n + 1))
rule 'random bytes: exit 1' exits 1 "${import[@]}" "r$n"
rule 'random bytes: a sentence' grep -q '^heluo: ..' "$dir/err"
rule 'random bytes: the store is as before' test "$(counts)" = "$before"
printf '{"uscc":"%s","name":"b"}\n{"uscc"' "${KEYS[0]}" >"$dir/f.ndjson"
n=$((n + 1))
rule 'NDJSON that was cut off: not accepted' \
    exits 1 import entity "$dir/f.ndjson" --organ market_regulation --batch "r$n"
rule 'NDJSON that was cut off: the store is as before' test "$(counts)" = "$before"

# ---- files that are good ----

echo "$heading" >"$dir/f.csv"
rule 'a heading alone is a batch of none: exit 0' exits 0 "${import[@]}" none --json
rule 'read 0' json 'r.read === 0 && r.accepted === 0'
iconv -f UTF-8 -t GB18030 "$dir/a.csv" >"$dir/f.csv"
rule 'GB 18030: exit 0' exits 0 "${import[@]}" gb --json
rule 'GB 18030 says the same as UTF-8' json 'r.read === 3 && r.unchanged === 3'
{ printf '\xef\xbb\xbf' && sed 's/$/\r/' "$dir/a.csv"; } >"$dir/f.csv"
rule 'a byte order mark and CR LF' exits 0 "${import[@]}" bom --json
rule 'say the same too' json 'r.read === 3 && r.unchanged === 3'
sed '1s/.*/统一社会信用代码,企业名称,注册资本,币种,成立日期,登记状态/' "$dir/a.csv" >"$dir/f.csv"
rule 'Chinese headings and their other names' exits 0 "${import[@]}" zh --json
rule 'mean the same fields' json 'r.read === 3 && r.unchanged === 3'
rule 'the store is as before' test "$(counts)" = "$before"

# ---- one line of it ----

one() { printf '%s\n%s\n%s\n' "$heading" "$(line 2)" "$1" >"$dir/f.csv"; }
for date in 2021-02-30 2021-13-01 2021-00-10 2023-02-29 20210230 2021-2-3x 0000-00-00; do
    one "${KEYS[3]},洛阳丁有限公司,1,CNY,$date,active"
    line_refused date_invalid "the date $date" 3
done
one "${KEYS[3]},洛阳丁有限公司,1,CNY,2999-01-01,active"
line_refused date_future 'a date to come' 3
one "${KEYS[3]},洛阳丁有限公司,1,XYZ,2020-01-01,active"
line_refused code_unknown 'a currency in no list' 3
one "${KEYS[3]},洛阳丁有限公司,-1,CNY,2020-01-01,active"
line_refused range 'a capital below nothing' 3
one "${KEYS[3]},$(head -c 900 /dev/zero | tr '\0' x),1,CNY,2020-01-01,active"
line_refused length 'a name that is too long' 3
one "${KEYS[3]},,1,CNY,2020-01-01,active"
line_refused required 'no name' 3
printf '%s\n%s\n%s,洛阳\0丁,1,CNY,2020-01-01,active\n' "$heading" "$(line 2)" \
    "${KEYS[3]}" >"$dir/f.csv"
refused encoding 'a NUL byte'
printf '%s\n%s\n%s,洛阳\xff\xfe丁,1,CNY,2020-01-01,active\n' "$heading" "$(line 2)" \
    "${KEYS[3]}" >"$dir/f.csv"
refused encoding 'bytes that are no text' 3
one "${KEYS[3]},洛阳丁有限公司,1,CNY,2020-01-01"
line_refused required 'a cell too few' 3
one "${KEYS[3]},洛阳丁有限公司,1,CNY,2020-01-01,active,more"
line_refused unknown_column 'a cell too many' 3

# ---- no file ----

try() { # RULE FILE
    rule "$1: exit 1" exits 1 import entity "$2" --organ market_regulation --batch nofile
    rule "$1: is named" err_has "$2"
}
try 'a file that is not there' "$dir/nothing.csv"
try 'a folder' "$dir"
touch "$dir/closed.csv" && chmod 0 "$dir/closed.csv"
if [[ -r $dir/closed.csv ]]; then
    skip 'a file that may not be read' 'root may read all files'
else
    try 'a file that may not be read' "$dir/closed.csv"
fi
rule 'a batch number with odd characters: exit 1' \
    exits 1 import entity "$dir/a.csv" --organ market_regulation --batch 'a b/c'
rule 'a rejects file that cannot be written: exit 1' \
    exits 1 import entity "$dir/a.csv" --organ market_regulation --batch first \
    --rejects "$dir/no/rejects.csv"
rule 'is named' err_has "$dir/no/rejects.csv"

# ---- a line of 2 GB ----

{ printf '%s\n%s,"' "$heading" "${KEYS[3]}"; } >"$dir/f.csv"
truncate -s 2G "$dir/f.csv"
many "$dir/x.csv" 0 1
"$HELUO" import entity "$dir/f.csv" --organ market_regulation --batch huge --json --data "$data" \
    >"$dir/out" 2>"$dir/err" &
huge=$!
pids+=("$huge")
peak=0
while kill -0 "$huge" 2>/dev/null; do
    now=$(awk '/^VmHWM/ { print $2 }' "/proc/$huge/status" 2>/dev/null)
    if [[ $now ]] && ((now > peak)); then peak=$now; fi
    sleep 0.05
done
wait "$huge"
status=$? last='import of a line of 2 GB'
pids=()
rule 'a line of 2 GB: not accepted' test "$status" != 0
rule "a line of 2 GB: in bounded memory ($((peak / 1024)) MB)" test "$peak" -lt 300000
rule 'a line of 2 GB: the store is as before' test "$(counts)" = "$before"
rm "$dir/f.csv"
rule 'after all that, verify' exits 0 verify
