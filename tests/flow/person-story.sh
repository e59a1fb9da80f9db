#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 600
# A person asks: where, a copy, a correction, an erasure. What is answered is checked as the asker does, and after the erasure nothing of
# it stands anywhere.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/canary.sh
. "$PL_SRC/tests/lib/canary.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
canary=CANARY-51c7d0e2
who=email=Example.Person@example.org

says() { grep -qF -e "$1" out; }
unpack() { # ARCHIVE DIR
	python3 -c 'import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
z.extractall(sys.argv[2])' "$1" "$2"
}

cat >asks.register <<'END'
pellucid-register v1
name asks
source intake
existence exact
opens rows
late-after 7
open-after 0
retain 24
field received time generalised month
field kind enum open where,copy,erase
field person text sealed
field words text sealed
field answer digest open
total cases count
END
now=$(date -u +%Y-%m-%dT00:00:00Z)
printf '%s\n' received,kind,person,words "$now,copy,$canary one,\"$canary, with \"\"quotes\"\", and
a line\"" "$now,where,$canary two," "$now,copy,somebody else," >asks.csv

make_instance log.example/persons >/dev/null
canary_begin
"$pellucid" register add asks.register >/dev/null
answers "three cases come in" 0 'entered as 1 to 3' "$pellucid" register enter asks asks.csv
answers "nobody knows whose they are" 0 'every store was asked' "$pellucid" person find "$who"
answers "the first is noted as this person's" 0 'case 1 of asks is noted' "$pellucid" person link asks 1 "$who"
"$pellucid" person link asks 2 "$who" >/dev/null
answers "a case that is not there is nobody's" 3 'no case 9' "$pellucid" person link asks 9 "$who"
check "the address does not stand in the database" nowhere Example.Person

# ---- stores outside ----

cat >store.sh <<'END'
#!/bin/bash
here=${0%/*}
read -r ask
[[ ! -e $here/store.broken ]] || exit 0
mine() { [[ $ask == *'{"type":"email","value":"Example.Person@example.org"}'* && ! -e $here/store.gone ]]; }
case $ask in
'{"act":"find"'*) mine && echo '{"found":{"class":"installations","rows":3000}}' ;;
'{"act":"copy"'*)
	if mine; then
		echo '{"table":"installations","columns":[{"name":"id","type":"u64"},{"name":"seen","type":"time"},{"name":"beta","type":"bool"},{"name":"note","type":"text"}]}'
		note=$(printf 'n%.0s' {1..200})
		for ((i = 0; i < 3000; i += 2)); do
			printf '{"row":["%s","2026-01-02T03:04:05Z","true","%s"]}\n{"row":["%s","2026-01-02T03:04:05Z","true",null]}\n' $i "$note" $((i + 1))
		done
	fi
	;;
'{"act":"correct"'*'"row":"7"'*) echo '{"corrected":true}' ;;
'{"act":"object"'*'"purpose":"research"'*) mine && echo '{"objected":{"outcome":"goes-on","reason":"legal-duty"}}' ;;
'{"act":"object"'*'"purpose":"silence"'*) ;;
'{"act":"object"'*'"ends":true'*) rm -f "$here/store.objected" && echo '{"objected":{"outcome":"stopped"}}' ;;
'{"act":"object"'*) mine && : >"$here/store.objected" && echo '{"objected":{"outcome":"stopped"}}' || echo '{"objected":{"outcome":"not-used"}}' ;;
'{"act":"erase"'*)
	if mine; then
		[[ ! -e $here/store.dies ]] || { kill -KILL $PPID; exit; }
		: >"$here/store.gone"
		[[ ! -e $here/store.kills ]] || kill -KILL $PPID
		echo '{"erased":{"class":"installations","rows":2999,"keys":["kms/7"],"kept":1,"reason":"legal-duty","until":"2031-01-01T00:00:00Z","backups":"2027-03-01T00:00:00Z"}}'
	fi
	;;
esac
echo '{"end":true}'
END
chmod +x store.sh
cat >inst/holdings <<END
pellucid-holdings v1
here zurich-1 example-ag 35
store telemetry command $PL_TMP/store.sh
class telemetry installations frankfurt-2 example-gmbh 6 id,seen,beta,note
END
answers "what is held at all" 0 'installations *frankfurt-2, example-gmbh, 6 months' "$pellucid" person where
answers "what of this person" 0 'installations .*: 3000 held' "$pellucid" person where "$who"
check "two cases" says 'asks                 zurich-1, example-ag, 24 months: 2 held'
answers "and of somebody else" 0 'installations .*we do not hold this' "$pellucid" person where email=other@example.org
echo "$who" >who.txt
answers "identities come from standard input, too" 0 'asks/1 asks/2' "$pellucid" person find - <who.txt
: >store.broken
answers "a store without an end of its answer gives none" 3 'without its last line' "$pellucid" person where "$who"
rm store.broken
sed 's/frankfurt-2/frankfurt 2/' inst/holdings >broken && cp inst/holdings whole && cp broken inst/holdings
answers "a wrong file of holdings is named with its line" 2 'inst/holdings' "$pellucid" person where
check "by number" has 'line 4'
cp whole inst/holdings

# ---- a copy ----

answers "a copy has a reader" 2 'for whom' "$pellucid" person package "$who" --out copy.zip
at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
answers "it is packed" 0 'copy.zip, manifest sha256:' "$pellucid" person package "$who" --plain --out copy.zip --at "$at" --case asks/1
"$pellucid" register show asks 1 >shown
check "and its digest is noted in the case" grep -q "^answer *$(sed 's/.*manifest //' out)" shown
"$pellucid" person package "$who" --plain --out one.zip --at "$at" >/dev/null
"$pellucid" person package "$who" --plain --out two.zip --at "$at" >/dev/null
check "the same state gives the same archive" cmp one.zip two.zip
unpack one.zip copy
check "what was sealed is in it, word for word" python3 - "$canary" <<'END'
import csv, json, sys
rows = json.load(open("copy/data/cases/asks.json"))
assert [r["case"] for r in rows] == [1, 2], rows
assert rows[0]["words"] == sys.argv[1] + ', with "quotes", and\na line', rows[0]
assert "words" not in rows[1]
table = list(csv.DictReader(open("copy/data/cases/asks.csv", newline="")))
assert table[0]["words"] == rows[0]["words"] and table[1]["words"] == ""
installations = json.load(open("copy/data/telemetry/installations.json"))
assert len(installations) == 3000 and installations[1] == {"id": 1, "seen": "2026-01-02T03:04:05Z", "beta": True}
where = json.load(open("copy/where.json"))
assert [s["store"] for s in where["stores"]] == ["cases", "accounts", "telemetry"]
END
check "somebody else's case is not" not grep -rq 'somebody else' copy
trust=inst/trust.policy
answers "the asker checks it without the instance" 0 'signed: an answer of the kind copy' env -u PELLUCID_INSTANCE "$pellucid" person check one.zip --trust $trust
python3 - <<'END'
b = bytearray(open("one.zip", "rb").read())
i = b.index(b"CANARY")
b[i] ^= 1
open("bad.zip", "wb").write(b)
END
answers "a changed byte is refused" 1 'not those that were written\|not the file' "$pellucid" person check bad.zip --trust $trust
printf 'the words of the asker' >secret && chmod 600 secret
answers "it is encrypted with a passphrase" 0 'encrypted' "$pellucid" person package "$who" --secret-file secret --language de --out copy.age
check "nothing stands in it in the clear" not grep -qa -e "$canary" -e README copy.age
answers "who knows it can check it" 0 'signed' "$pellucid" person check copy.age --trust $trust --secret-file secret
printf 'other words' >secret2 && chmod 600 secret2
answers "others cannot" 1 'not its passphrase' "$pellucid" person check copy.age --trust $trust --secret-file secret2
answers "an encrypted one wants something that opens it" 3 'identity or --secret-file' "$pellucid" person check copy.age --trust $trust

# ---- a correction ----

answers "a value is corrected" 0 'corrected' "$pellucid" person correct cases asks 2 "person=$canary three" "$who"
answers "as the next revision of the case" 0 "person *$canary three" "$pellucid" register show --private asks 2
answers "a case of somebody else is not touched" 3 'no case 3 of this person' "$pellucid" person correct cases asks 3 person=x "$who"
answers "a store outside corrects, too" 0 'corrected' "$pellucid" person correct telemetry installations 7 note=x "$who"
answers "or says that it did not" 3 'did not find' "$pellucid" person correct telemetry installations 8 note=x "$who"

# ---- an objection ----

answers "every store is told of an objection" 0 '^telemetry *stopped$' "$pellucid" person object advertising "$who"
check "and what has no such use says so" has '^cases *not-used$'
check "the store has taken it" test -e store.objected
answers "a use that goes on has a reason" 0 '^telemetry *goes-on: legal-duty$' "$pellucid" person object research "$who"
answers "somebody else's data are used for nothing" 0 '^telemetry *not-used$' "$pellucid" person object advertising email=nobody@example.org
answers "a store that does not say is no answer" 3 'did not say what becomes of the objection' "$pellucid" person object silence "$who"
answers "a purpose is a word" 2 'PURPOSE is a word' "$pellucid" person object 'All of it' "$who"
answers "an objection ends" 0 '"ends":true.*"outcome":"stopped","store":"telemetry"\|"store":"telemetry","outcome":"stopped"' "$pellucid" person object advertising "$who" --end --json
check "as the store knows" test ! -e store.objected

# ---- an erasure ----

nowhere_at_all "before the erasure" "$canary" Example.Person 'somebody else'
answers "a case is held" 0 'is held' "$pellucid" person hold asks 2 legal-claim --until 2031-05-06
answers "everything else is erased" 0 'vault/1' "$pellucid" person erase "$who" --out gone.zip
check "the certificate names the hold" says 'needed for a claim in law'
check "and its end" says '2031-05-06T00:00:00Z'
check "the other store's key" says 'kms/7'
check "and the last backup" says "The last backup that holds any of what was destroyed expires at 2027-03-01T00:00:00Z"
answers "the case is erased" 0 'erased' "$pellucid" register show --private asks 1
answers "the held one is not" 0 "$canary three" "$pellucid" register show --private asks 2
answers "the certificate says what is not proved yet" 0 'not proved: 0 of 1' "$pellucid" person check gone.zip --trust $trust
"$pellucid" register head asks >/dev/null
answers "with the next head it is" 0 '1 of 1 erasures are proved' "$pellucid" person certificate gone.zip --out proved.zip --language de
check "in the asker's language" says 'für einen Rechtsanspruch nötig'
answers "by the trust file alone" 0 'proved: 1 of 1' env -u PELLUCID_INSTANCE "$pellucid" person check proved.zip --trust $trust
check "and the log holds its digest" says 'is in the log'
unpack proved.zip proved
check "it is the same certificate" python3 -c 'import zipfile
a, b = zipfile.ZipFile("gone.zip"), zipfile.ZipFile("proved.zip")
assert a.read("certificate.json") == b.read("certificate.json")'
check "which names nobody" not grep -rqiF -e 'example.person' -e "$canary" proved
check "nothing of the erased case stands in the clear" nowhere "$canary one"
answers "whose it was is forgotten" 0 'cases/asks: 1  asks/2' "$pellucid" person find "$who"
answers "the hold is lifted" 0 'not held any more' "$pellucid" person release asks 2
answers "once" 3 'is not held' "$pellucid" person release asks 2
# Killed between an erasure and its certificate, twice: what was to be destroyed was written down before.
rm store.gone
: >store.dies
killed() { code 137 "$pellucid" person erase "$who" --out gone2.zip; }
check "the program is killed when the case is erased already" killed
answers "it is" 0 'erased' "$pellucid" register show --private asks 2
mv store.dies store.kills
check "and when the other store has erased and did not say so" killed
check "there is no certificate" test ! -e gone2.zip
check "the other store holds nothing any more" test -e store.gone
same "what was under way is known" 1 "$(sql 'select count(*) from person_erasure')"
check "and is sealed" not grep -qi 61736b732f32 <<<"$(sql 'select hex(note) from person_erasure')"
rm store.kills
answers "asked again, it is certified" 0 'cases / asks' "$pellucid" person erase "$who" --out gone2.zip
check "with the key of the case that was erased before" says 'keys destroyed: vault/2'
check "and what the other store held" says 'destroyed: 3000'
check "of which it is said that it was interrupted" says 'before the erasure was interrupted'
same "then nothing is known of it" 0 "$(sql 'select count(*) from person_erasure')"
"$pellucid" register head asks >/dev/null
answers "and it is proved" 0 '1 of 1 erasures are proved' "$pellucid" person certificate gone2.zip --out gone2.proved
answers "later nothing is certified twice" 0 'Nothing was held' "$pellucid" person erase "$who" --out gone3.zip --secret-file secret
answers "and a certificate may be encrypted" 0 'signed: an answer of the kind erasure' "$pellucid" person check gone3.zip --trust $trust --secret-file secret
nowhere_at_all "after the erasure" "$canary" Example.Person 'somebody else'
answers "nothing is held any more" 0 'installations .*we do not hold this' "$pellucid" person where "$who"

# ---- accounts of those who work here ----

"$pellucid" account first boss --email boss@example.org >/dev/null
answers "an account is found by its address" 0 'accounts/account: 1' "$pellucid" person find email=Boss@example.org
"$pellucid" person package account=boss --plain --out boss.zip >/dev/null
unpack boss.zip boss
check "and copied" grep -q '"email": "boss@example.org"' boss/data/accounts/account.json
answers "but not erased while it works" 0 'an account that somebody works with' "$pellucid" person erase account=boss --out boss-gone.zip
check "its address stands nowhere in the clear" nowhere boss@example.org
check "the log and the tables agree" tables_fit
exit "$failed"
