#!/bin/bash
# The commands by themselves, as somebody uses them who has a file and wants its receipt.
# shellcheck source=tests/scenarios/rig.bash
. "$(dirname "$(readlink -f "$0")")/rig.bash"

import=(import entity "$dir/a.csv" --organ market_regulation --batch)
receipt='["dataset","organ","batch","read","accepted","rejected","unchanged","differences",
    "warnings","reasons"]'

# ---- a store out of nothing, and the receipt ----

rule 'any command makes a missing store, with the shipped organs' \
    exits 0 get organ market_regulation
rule 'its database is there' test -s "$data/heluo.db"

companies "$dir/a.csv"
h "${import[@]}" b1 --json
rule 'a file without faults: exit 0' test "$status" = 0
rule 'the receipt has the promised keys and no others' \
    json "Object.keys(r).join() === $receipt.join()"
rule 'read 3, accepted 3, nothing refused' \
    json 'r.dataset === "entity" && r.organ === "market_regulation" && r.batch === "b1" &&
        r.read === 3 && r.accepted === 3 && r.rejected === 0 && r.unchanged === 0 &&
        r.differences === 0 && r.reasons.length === 0'
rule 'the same batch again: the same receipt' exits 0 "${import[@]}" b1 --json
rule 'of 3, as the first time' json 'r.read === 3 && r.unchanged === 0'
rule 'the same file under another number: all unchanged, and within accepted' \
    exits 0 "${import[@]}" b2 --json
rule 'unchanged 3 of accepted 3' json 'r.accepted === 3 && r.unchanged === 3'

companies "$dir/a.csv" 甲改
rule 'other content under a used number: exit 1' exits 1 "${import[@]}" b1
rule 'and it says that the number is taken' err_has b1
rule 'with --json the code is batch_conflict' exits 1 "${import[@]}" b1 --json
rule 'batch_conflict' json 'r.code === "batch_conflict"'
rule 'nothing was changed by it' exits 0 get entity "${KEYS[0]}" --json
rule 'the old name stands' json 'r.properties.name === "洛阳甲有限公司"'

# ---- refused lines ----

cat >"$dir/a.csv" <<END
uscc,name,registered_capital,currency,established_on,status
${KEYS[3]},洛阳丁有限公司,1,CNY,2020-02-29,active
${KEYS[4]%?}0,洛阳戊有限公司,1,CNY,2020-01-01,active
${KEYS[5]},,many,CNY,2021-02-30,asleep
${KEYS[6]},"洛阳
庚有限公司",1,CNY,2020-01-01,active
${KEYS[3]},洛阳丁二有限公司,1,CNY,2020-02-29,active
${KEYS[3]},洛阳丁有限公司,1,CNY,2020-02-29,active
END
h "${import[@]}" bad --json --rejects "$dir/rejects.csv"
rule 'some lines refused: exit 2' test "$status" = 2
rule 'read 6, accepted 3, rejected 3' \
    json 'r.read === 6 && r.accepted === 3 && r.rejected === 3 && r.unchanged === 1'
rule 'a reason has line, key, field, code and message' \
    json 'r.reasons.every(x => Object.keys(x).join() === "line,key,field,code,message")'
rule 'the check digit of line 3' \
    json 'r.reasons.some(x => x.line === 3 && x.field === "uscc" && x.code === "check_digit")'
rule 'all faults of line 4 at once' json '["name required", "registered_capital type",
    "established_on date_invalid", "status code_unknown"].every(x => r.reasons.some(y =>
    y.line === 4 && y.field + " " + y.code === x))'
rule 'a record over two lines counts from its first, and those behind it by the file' \
    json 'r.reasons.some(x => x.line === 7 && x.code === "duplicate" && x.message.includes("2"))'
rule 'the rejects file has the heading and the refused lines as they were' \
    cmp "$dir/rejects.csv" <(sed -n '1p;3p;4p;7p' "$dir/a.csv")
sed -i "s/^${KEYS[4]%?}0/${KEYS[4]}/; /丁二/d
    s/,,many,CNY,2021-02-30,asleep/,洛阳己有限公司,2,CNY,2021-02-28,active/" "$dir/rejects.csv"
rule 'mended, it is taken whole' \
    exits 0 import entity "$dir/rejects.csv" --organ market_regulation --batch mended --json
rule 'accepted 2' json 'r.accepted === 2 && r.rejected === 0'

# ---- an organ that says otherwise ----

printf 'uscc,name,registered_capital,currency\n%s,洛阳甲有限公司,5,CNY\n' "${KEYS[0]}" >"$dir/a.csv"
rule 'a second organ of less trust: exit 0, one difference' \
    exits 0 import entity "$dir/a.csv" --organ tax --batch t1 --json
rule 'differences 1' json 'r.differences === 1 && r.accepted === 1'
rule 'get for people: value, source, and who says otherwise' exits 0 get entity "${KEYS[0]}"
rule 'the value that is shown' \
    grep -qE '^registered_capital +1000000 +\[market_regulation' "$dir/out"
rule 'its rival with its ticket' grep -qE 'tax says: 5 +\(ticket' "$dir/out"
rule 'an organ that is no source is refused' \
    exits 1 import entity "$dir/a.csv" --organ justice_of_the_moon --batch x --json
rule 'organ_not_source' json 'r.code === "organ_not_source"'

# ---- as it was ----

sleep 0.01
moment=$(node -p 'new Date().toISOString()')
h get entity "${KEYS[0]}" --as-of "$moment" --json
cp "$dir/out" "$dir/then"
sleep 0.01
companies "$dir/a.csv" 甲改
rule 'an edit later' exits 0 "${import[@]}" later --json
rule 'one updated, two unchanged' json 'r.accepted === 3 && r.unchanged === 2'
rule 'now it has the new name' exits 0 get entity "${KEYS[0]}" --json
rule 'the new name' json 'r.properties.name === "洛阳甲改有限公司"'
rule '--as-of a time before the edit' exits 0 get entity "${KEYS[0]}" --as-of "$moment" --json
rule 'gives the same bytes as then' cmp "$dir/out" "$dir/then"
rule '--as-of before the store was made: not found, exit 1' \
    exits 1 get entity "${KEYS[0]}" --as-of 2001-01-01T00:00:00+08:00
rule '--as-of what is no time: exit 1' exits 1 get entity "${KEYS[0]}" --as-of yesterday
rule 'a key that nobody has: exit 1, said so' exits 1 get entity "${KEYS[11]}"
rule 'on standard error' err_has 'nothing'
rule 'a dataset that there is not: exit 1' exits 1 get companies 1
rule 'is named' err_has companies

# ---- out and in again ----

rule 'export csv' exits 0 export entity --format csv
cp "$dir/out" "$dir/export.csv"
lines=$(wc -l <"$dir/export.csv")
rule 'comes in again as it is' \
    exits 0 import entity "$dir/export.csv" --organ market_regulation --batch again --json
rule 'and changes nothing' json "r.read >= 6 && r.unchanged === r.read && $lines > r.read"
rule 'export ndjson' exits 0 export entity --format ndjson
cp "$dir/out" "$dir/export.ndjson"
rule 'comes in again as it is too' \
    exits 0 import entity "$dir/export.ndjson" --organ market_regulation --batch again2 --json
rule 'and changes nothing either' json 'r.read >= 6 && r.unchanged === r.read'
rule 'a filter' exits 0 export entity --format ndjson \
    --filter "established_on >= DATE('2011-01-01') AND name LIKE '洛阳乙%'"
rule 'gives what it says' json 'r.name === "洛阳乙,\"牡丹\"有限公司"'
rule 'a filter on a field that there is not: exit 1' exits 1 export entity --filter 'nme = 1'
rule 'names it, and the place' err_has 'character 1'
rule 'an exact decimal comes out as it went in' \
    exits 0 export entity --format ndjson --filter "uscc = '${KEYS[2]}'"
rule '3000000.5' out_has 3000000.5

# ---- keys ----

rule 'key add' exits 0 key add --organ tax --name 'tax system'
key=$(tail -n 1 "$dir/out")
rule 'prints the key alone on its last line' test "$(wc -w <<<"$key") ${#key}" = '1 67'
rule 'the store has no key in it' bash -c '! grep -qF "$1" "$2"/*' - "${key#hl_}" "$data"
rule 'key add for an organ that there is not: exit 1' exits 1 key add --organ nobody --name x
rule 'a server' serve --host 127.0.0.1
bearer=(-H "Authorization: Bearer $key")
feature=(-H 'Content-Type: text/csv' --data-binary "@$dir/a.csv")
batches=/api/collections/entity/batches
rule 'with the key a system hands in' \
    http 200 "$batches?batch=api1" "${bearer[@]}" "${feature[@]}"
rule 'as its own organ' json 'r.organ === "tax" && r.read === 3'
rule 'a wrong key: 401' \
    http 401 "$batches?batch=api2" -H "Authorization: Bearer ${key%?}x" "${feature[@]}"
rule 'a wrong key is no anonymous reader either: 401' \
    http 401 "/api/collections/entity/items/${KEYS[0]}" -H 'Authorization: Bearer hl_0'
rule 'without a key: 401' http 401 "$batches?batch=api2" "${feature[@]}"
rule 'where the organ is no source: 403' \
    http 403 /api/collections/division/batches?batch=api3 "${bearer[@]}" "${feature[@]}"
rule 'organ_not_source' json 'r.code === "organ_not_source"'
rule 'key list' exits 0 key list
rule 'names organ and name, not the key' out_has 'tax system'
rule 'key withdraw, while the server runs' \
    exits 0 key withdraw --organ tax --name 'tax system'
rule 'from the next request on the key is refused: 401' \
    http 401 "$batches?batch=api4" "${bearer[@]}" "${feature[@]}"
rule 'a key that there is not cannot be withdrawn: exit 1' \
    exits 1 key withdraw --organ tax --name 'tax system'
serve_end INT

# ---- numbers, without a store ----

check() { # VALUE-OF-KIND EXIT
    "$HELUO" check "$1" "$2" >"$dir/out" 2>"$dir/err"
    status=$? last="heluo check $1 $2"
    [[ $status == "$3" ]] && case $3 in 0) [[ $(cat "$dir/out") == valid ]] ;;
    2) [[ $(cat "$dir/out") == 'invalid: '?* ]] ;; esac
}
rule 'uscc' check uscc 91410300171070898T 2
rule 'uscc, valid' check uscc "${KEYS[0]}" 0
rule 'uscc, lower case' check uscc "${KEYS[0],,}" 0
rule 'uscc, another last character' check uscc "${KEYS[0]%?}3" 2
rule 'uscc, too short' check uscc "${KEYS[0]%?}" 2
rule 'uscc, a letter that is never used' check uscc "91410325MA0000I072" 2
rule 'org9' check org9 MA0000007 0
rule 'org9, with its hyphen' check org9 MA000000-7 0
rule 'org9, another check digit' check org9 MA000000-8 2
rule 'id18: the example of GB 11643' check id18 11010519491231002X 0
rule 'id18, x in lower case' check id18 11010519491231002x 0
rule 'id18, another check digit' check id18 110105194912310021 2
rule 'id18, 30 February' check id18 110105194902300027 2
rule 'id15' check id15 110105491231002 0
rule 'id15, a day that is none' check id15 110105491331002 2
rule 'an empty number' check uscc '' 2
rule 'a kind that there is not: neither valid nor invalid' check passport 1 64
rule 'needs no store' bash -c 'cd "$1" && mkdir x && cd x && "$2" check id18 1; [ ! -e data ]' - \
    "$dir" "$HELUO"

# ---- proof ----

rule 'verify: exit 0' exits 0 verify
rule 'says valid' out_has valid
if command -v sqlite3 >/dev/null; then
    sqlite3 "$data/heluo.db" "UPDATE entity_source SET name = '洛阳假有限公司'
        WHERE uscc = '${KEYS[1]}' AND source_organ = 'market_regulation'"
    rule 'a row changed behind the back of the journal: exit 2' exits 2 verify
    rule 'the entry is named' grep -qE '^invalid: journal entry [0-9]+' "$dir/out"
else
    skip 'a row changed behind the back of the journal' 'sqlite3 is not installed'
fi

# ---- misuse ----

rule 'no batch number: exit 1, and why' exits 1 import entity "$dir/a.csv" --organ tax
rule 'says what is missing' err_has --batch
rule 'an unknown option' exits 64 get entity 1 --colour red
rule 'a command that there is not' exits 64 improt
