#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# Advisories from a draft to what others fetch: versions, officers elsewhere, an embargo that leaks nothing, a document that is withheld.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/canary.sh
. "$PL_SRC/tests/lib/canary.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
drafts=$PL_VECTORS/advisory/good
advisory() { "$pellucid" advisory "$@"; }
# change DRAFT PYTHON: the draft with the statement applied to d
change() {
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
exec(sys.argv[2])
json.dump(d, sys.stdout)' "$1" "$2"
}
size() { field "$("$pellucid" log checkpoint inst/log --json)" size; }
sed "s/EXPIRES/$(date -u -d '+300 days' +%Y-%m-%dT00:00:00Z)/" "$PL_VECTORS/advisory/provider.conf" >provider.conf

# ---- who publishes ----
check "an instance is made" make_instance log.example/advisories --quorum 0
canary_begin
answers "without a provider nothing is published" 3 'no provider was stated' advisory publish "$drafts/library-vex.json"
sed 's/^expires = .*/expires = 2020-01-01T00:00:00Z/' provider.conf >expired.conf
answers "an expired security.txt is not signed" 2 'it has expired' advisory provider expired.conf
sed 's,^site = .*,site = http://psirt.example/,' provider.conf >plain.conf
answers "nor one of a site without https" 2 'expected https:// and a host' advisory provider plain.conf
check "the provider is stated" advisory provider provider.conf
check "and again, which changes nothing but the time" advisory provider provider.conf

# ---- publishing ----
check "advisories are published" advisory publish "$drafts/konsole-de.json"
check "one more" advisory publish "$drafts/update-channel.json"
check "and a VEX" advisory publish "$drafts/library-vex.json"
answers "the same version is not stated twice" 3 'version 2 was stated by entry' advisory publish "$drafts/library-vex.json"
change "$drafts/library-vex.json" 'd["revisions"].append({"number": "3", "date": "2026-06-01T00:00:00Z", "summary": "Mobile is fixed."})
v = d["vulnerabilities"][0]; v["product_status"]["fixed"].append("E"); del v["product_status"]["under_investigation"]; v["remediations"].pop()
d["status"] = "final"' >v3.json
change v3.json 'd["revisions"][0]["date"] = "2025-05-04T08:30:00Z"' >moved.json
answers "the first date of an advisory does not change" 3 'initial release of an advisory does not change' advisory publish moved.json
change v3.json 'd["id"] = "EX_VEX.2026-0002"' >other.json
check "another identifier is another file" advisory publish other.json
change v3.json 'd["id"] = "EX.VEX_2026-0002"' >same.json
answers "unless both make the same file name" 3 'another advisory has the file name' advisory publish same.json
change v3.json 'd["publisher"]["name"] = "Somebody"' >somebody.json
answers "a draft of another publisher is refused" 2 'publisher: expected' advisory publish somebody.json
change v3.json 'd["vulnerabilities"][0]["flags"] = []' >broken.json
answers "an empty list is no list" 2 'vulnerabilities\[0\].flags: expected a list that is not empty' advisory publish broken.json
change v3.json 'del d["vulnerabilities"][0]["flags"]' >reason.json
answers "what breaks a rule is refused, and the rule named" 1 '6.1.27.9 .*known_not_affected\[0\]' advisory publish reason.json
change v3.json 'del d["products"][1]["helper"]' >helper.json
answers "so is what the rules advise against" 1 'advice.* 6.2.16' advisory publish helper.json
check "unless one accepts it" advisory publish helper.json --accept-advice
json=$(advisory show ex-vex-2026-0002 --json)
same "versions are kept, the newest first" "3 2" "$(field "$json" advisories.0.version) $(field "$json" advisories.1.version)"
same "the list shows each once, the last change first" "EX-VEX-2026-0002 EX_VEX.2026-0002 EX-SA-2026-0001 EX-SA-2025-0009" \
	"$(json=$(advisory list --json); for i in 0 1 2 3; do field "$json" "advisories.$i.advisory"; done | xargs)"
answers "one that is not there" 3 'there is no advisory' advisory show EX-9

# ---- officers elsewhere ----
change "$drafts/update-channel.json" 'd["revisions"].append({"number": "1.2.0", "date": "2026-04-01T00:00:00Z", "summary": "Words."})' >next.json
before=$(size)
check "the payload is printed" code 0 advisory publish next.json --payload-only
mv out payload
env -u PELLUCID_INSTANCE "$pellucid" key approve inst/keys/officer-1.key payload --passphrase-file inst/keys/passphrase >approvals 2>err
change next.json 'd["title"] += "!"' >changed.json
answers "its approvals fit no other words" 1 'something else' advisory publish changed.json --payload payload --approvals approvals
same "nothing was stated so far" "$before" "$(size)"
check "but this one" advisory publish next.json --payload payload --approvals approvals

# ---- an embargo ----
ends=2090-01-01T00:00:00Z
change "$drafts/update-channel.json" "
d['id'] = 'KANARIENVOGEL-1'
d['title'] = 'Zitronengirlitz in the updater'
d['embargo'] = '$ends'
d['products'][0]['name'] = d['products'][1]['name'] = d['products'][2]['name'] = 'Erlenzeisig'
d['vulnerabilities'][0]['cve'] = 'CVE-2026-77777'
d['notes'][0]['text'] = 'Whoever knows of the Girlitzlocke'" >secret.json
change secret.json "d['vulnerabilities'][0]['cve'] = 'CVE-2026-77777x'; d['notes'][0]['category'] = 'Girlitzlocke'" >worse.json
start web "$pellucid" web --listen 127.0.0.1:0
ready web web.serving
u=http://127.0.0.1:${port[web]}
before=$(size)
answers "before its time nothing is published" 1 "under embargo until $ends: nothing was stored" advisory publish secret.json
cat out err >said
check "a mistake in it is named by its place" code 2 advisory publish worse.json
cat out err >>said
check "officers may approve it meanwhile" code 0 advisory publish secret.json --payload-only
mv out payload
cat err >>said
answers "even with their approval it stays where it is" 1 'under embargo' advisory publish secret.json --payload payload
cat out err >>said
check "others are exported" advisory export export
advisory list >>said
for path in /advisories /advisories/thanks /advisories.atom /feed.atom /log /.well-known/csaf/white /.well-known/csaf/white/2026 \
	/.well-known/csaf/white/index.txt /.well-known/csaf/white/changes.csv /.well-known/csaf/white/csaf-feed-tlp-white.json \
	/.well-known/csaf/provider-metadata.json; do
	curl -sS "$u$path"
done >pages
serves "its page is not there" 404 '' "$u/advisory/kanarienvogel-1"
serves "nor its document" 404 '' "$u/.well-known/csaf/white/2026/kanarienvogel-1.json"
same "nothing of it is in the log" "$before" "$(size)"
canary_more=(export pages said)
check "a word that was published is found" somewhere psirt.example
nowhere_at_all "under embargo" KANARIENVOGEL Zitronengirlitz Erlenzeisig CVE-2026-77777 Girlitzlocke
change secret.json "d['embargo'] = '2026-03-10T00:00:00Z'" >due.json
check "after its time it is published" advisory publish due.json
serves "and read" 200 'Zitronengirlitz' "$u/advisory/kanarienvogel-1"
check "and found by the search" somewhere KANARIENVOGEL

# ---- not for everybody ----
change "$drafts/library-vex.json" "
d['id'] = 'EX-VEX-2026-0003'
d['tlp'] = 'AMBER'
d['title'] = 'Rotkehlchen'" >amber.json
check "what is TLP:AMBER is stated" advisory publish amber.json
answers "with its digest" 0 'TLP:AMBER' advisory list
check "the document stands nowhere" nowhere Rotkehlchen
serves "and no page shows it" 404 '' "$u/advisory/ex-vex-2026-0003"
serves "nor the directory" 404 '' "$u/.well-known/csaf/white/2026/ex-vex-2026-0003.json"
check "it is written for those who may read it" code 0 advisory write amber.json
check "namely here" has Rotkehlchen

# ---- what others fetch ----
serves "security.txt" 200 'BEGIN PGP SIGNED MESSAGE' "$u/.well-known/security.txt"
answers "which our own checker finds good" 0 '0 errors, 0 pieces' advisory security-txt body --url https://psirt.example/.well-known/security.txt
for path in provider-metadata.json white/index.txt white/changes.csv white/csaf-feed-tlp-white.json white/2025/ex-sa-2025-0009.json \
	white/2025/ex-sa-2025-0009.json.asc white/2025/ex-sa-2025-0009.json.sha256 white/2025/ex-sa-2025-0009.json.sha512; do
	serves "$path, from any site" 200 'Access-Control-Allow-Origin: \*' "$u/.well-known/csaf/$path"
done
serves "the year's directory" 200 'ex-sa-2025-0009.json.asc</a>' "$u/.well-known/csaf/white/2025"
serves "the directory of the years" 200 '/white/2025">' "$u/.well-known/csaf/white"
serves "no year without advisories" 404 '' "$u/.well-known/csaf/white/2019"
serves "no document in another year" 404 '' "$u/.well-known/csaf/white/2024/ex-sa-2025-0009.json"
serves "the list" 200 'EX-SA-2025-0009' "$u/advisories"
serves "the list in German" 200 'Sicherheitswarnungen' "$u/advisories?lang=de"
serves "what comes behind one" 200 'EX-SA-2025-0009' "$u/advisories?after=ex-sa-2026-0001"
serves "one in its own language" 200 '<span lang="de">Example Console' "$u/advisory/ex-sa-2025-0009"
serves "with its scores" 200 'CVSS 3.1: <strong>1.7</strong>' "$u/advisory/ex-sa-2025-0009"
serves "thanks" 200 'Ada Example (Example University)' "$u/advisories/thanks"
serves "the feed" 200 '<id>https://psirt.example/advisory/ex-sa-2025-0009</id>' "$u/advisories.atom"
serves "no other key" 404 '' "$u/.well-known/csaf/openpgp/0000000000000000000000000000000000000000.asc"
serves "the statement in two words" 200 'Advisory' "$u/log"

# The portal and an export are the same bytes.
check "all is exported again" advisory export export
differ=0
while read -r file; do
	curl -sS -o body "$u/${file#./}"
	cmp -s body "export/$file" || { echo "    $file differs"; differ=1; }
done < <(cd export && find . -type f)
same "what is exported is what is served" 0 "$differ"
same "files that are exported" 20 "$(find export/.well-known/csaf/white -name '*.json*' ! -name 'csaf-feed*' | wc -l)"

# ---- the Cyber Resilience Act ----
draft=$drafts/update-channel.json
known=(--known 2026-03-02T10:00:00Z)
json=$(advisory cra "$draft" early-warning "${known[@]}")
same "an early warning is due after 24 hours" "2026-03-03T10:00:00Z memberStates" "$(field "$json" dueStrict) $(field "$json" missing.0)"
json=$(advisory cra "$draft" notification "${known[@]}" --states "de at" --coordinator DE)
same "a notification after 72" "2026-03-05T10:00:00Z WHITE []" "$(field "$json" dueStrict) $(field "$json" sensitivity) $(field "$json" missing)"
same "with what was done" vendor_fix "$(field "$json" measuresTaken.0.category)"
answers "there is no final report without a measure" 3 'no measure\|none yet' advisory cra "$draft" final "${known[@]}"
json=$(advisory cra "$draft" final "${known[@]}" --available 2026-03-20T10:00:00Z --states "AT DE")
same "which runs from there: strictly through the change to summer time, by law past Good Friday and Easter Monday" \
	"2026-04-03T09:00:00Z 2026-04-07T22:00:00Z HIGH" \
	"$(field "$json" dueStrict) $(field "$json" dueLegal) $(field "$json" severity.0.severity)"
answers "its time must be known" 2 'known is needed' advisory cra "$draft" final
answers "a stage takes what it asks for and nothing else" 2 'does not ask for "cause"' advisory cra "$draft" early-warning "${known[@]}" --cause x
answers "Member States are those of the Union" 2 'ISO 3166-1' advisory cra "$draft" early-warning "${known[@]}" --states "AT CH"
answers "an incident has no final report before its notification was sent" 3 'one month after the notification' advisory cra "$draft" incident-final "${known[@]}" --available 2026-03-20T10:00:00Z
json=$(advisory cra "$draft" incident-final "${known[@]}" --sent 2026-01-31T10:00:00Z --cause "A key that was copied." --mitigation "It was replaced.")
same "which is due a month after that: by law, not on a Saturday" "2026-02-28T10:00:00Z 2026-03-02T23:00:00Z Article 14(4)(c) A key that was copied." \
	"$(field "$json" dueStrict) $(field "$json" dueLegal) $(field "$json" article) $(field "$json" cause.0)"

# ---- out of a case ----
vuln() { "$pellucid" vuln "$@"; }
check "a register of flaws" "$pellucid" register add "$PL_SRC/demo/vulnerabilities.register"
cat >flaws.csv <<'END'
received,direction,product,severity,state,finder,component,summary,cve,finder-name
2026-03-01T09:00:00Z,inbound,update-service,high,new,named,Example Update,"A signature is not looked at
when the answer is empty.",CVE-2026-10001,Ada Finder
END
check "a report is entered" "$pellucid" register enter vulnerabilities flaws.csv
answers "it makes a draft" 0 '"draft": "pl-advisory-draft/v1"' vuln draft 1
cp out case.json
same "of what it knows" "SA-2026-0001 | A signature is not looked at | CVE-2026-10001 | Example Update | Ada Finder" \
	"$(python3 -c 'import json; d = json.load(open("case.json")); print(d["id"], d["title"], d["vulnerabilities"][0]["cve"], d["products"][0]["name"], d["acknowledgments"][0]["names"][0], sep=" | ")')"
answers "of which the check has no error" 0 '' advisory check case.json
# VEX out of a case says what its state is, and its profile has nothing to find.
vex_is() { # STATUS WHAT-IS-SAID-OF-IT
	vuln draft "${3:-1}" --vex >vex.json
	same "as VEX: $1" "csaf_vex VEX-2026-000${3:-1} $1${2:+ $2}" "$(python3 -c 'import json
d = json.load(open("vex.json"))
v = d["vulnerabilities"][0]
print(d["category"], d["id"], *v["product_status"], *(x["category"] for x in v.get("threats", []) + v.get("remediations", [])), *(x["text"] for x in v.get("ids", [])))')"
	answers "of which the check has no error" 0 '' advisory check vex.json
}
vex_is under_investigation ''
answers "no report before exploitation is known" 3 'vuln event 1 exploitation-known' vuln cra 1 early-warning
check "it is known" vuln state 1 triaged --at 2026-03-01T12:00:00Z
check "since a time" vuln event 1 exploitation-known --at 2026-03-02T10:00:00Z
json=$(vuln cra 1 early-warning --states "AT DE")
same "the case fills in the early warning" "2026-03-03T10:00:00Z CVE-2026-10001 True" \
	"$(field "$json" dueStrict) $(field "$json" cve) $([[ $(field "$json" products.0) == *"Example Update"* ]] && echo True)"
answers "a final report waits for the measure" 3 'none yet' vuln cra 1 final
check "which there is" vuln event 1 measure-available --at 2026-03-20T10:00:00Z
json=$(vuln cra 1 final "$draft" --states "AT DE")
same "it takes what somebody went on with" "2026-04-03T09:00:00Z HIGH" "$(field "$json" dueStrict) $(field "$json" severity.0.severity)"
answers "not what is about another flaw" 1 'not about the CVE of case 1' vuln cra 1 final "$drafts/library-vex.json"

# ---- and kept with it ----
revision() { field "$(vuln show "$1" --json)" revision; }
clock() { vuln show 1 | sed -n "s/^  $1  *\([a-z, ]*[a-z]\)  *due .*/\1/p"; }
before=$(revision 1)
same "printing keeps nothing" "[]" "$(field "$(vuln notices 1 --json)" notices)"
answers "what is not kept was not sent" 2 'belongs to --keep' vuln cra 1 early-warning --sent now
answers "nothing is sent before it was known" 3 'CRA-V1 has not started' vuln cra 1 early-warning --keep --sent 2026-03-02T09:00:00Z
answers "nor tomorrow" 2 'still to come' vuln cra 1 early-warning --keep --sent 2090-03-02T09:00:00Z
same "of that nothing was written" "$before" "$(revision 1)"
vuln cra 1 early-warning --states "DE AT" --coordinator DE >first.json
check "it is kept, and was sent in time" vuln cra 1 early-warning --states "AT DE" --coordinator DE --keep --sent 2026-03-02T20:00:00Z
vuln notices 1 early-warning >kept.json
check "with the bytes that were printed before" cmp first.json kept.json
answers "its digest is in the case's history" 0 "notice CRA-V1 1 sha256:$(sha256sum <kept.json | cut -d' ' -f1)" vuln show 1
same "its clock is met" met "$(clock CRA-V1)"
answers "the same again is no new one" 2 'edition 1 of it says just this' vuln cra 1 early-warning --keep
answers "what is met is not met again" 3 'is met already' vuln cra 1 early-warning --states "AT DE FR" --keep --sent now
check "another one amends it" vuln cra 1 early-warning --states "AT DE FR" --keep
json=$(vuln notices 1 early-warning)
same "and says which" "2 sha256:$(sha256sum <kept.json | cut -d' ' -f1) AT DE FR DE" "$(field "$json" edition) $(field "$json" amends) $(field "$json" memberStates) $(field "$json" coordinator)"
vuln notices 1 early-warning 1 >again.json
check "the first one is what it was" cmp first.json again.json
check "a notification that was late, out of the draft" vuln cra 1 notification "$draft" --taken "It was repaired." --keep --sent 2026-03-06T10:00:00Z
same "says what was told before, what is typed and what the draft knows" "AT DE FR It was repaired. []" \
	"$(json=$(vuln notices 1 notification); (field "$json" memberStates; field "$json" measuresTaken.0.details; field "$json" missing) | paste -sd' ')"
same "its clock is met late" "met late" "$(clock CRA-V2)"
answers "there is no third one" 3 'no such document' vuln notices 1 early-warning 3
answers "of an incident nothing is told before there is one" 3 'vuln event 1 incident-known' vuln cra 1 incident-early-warning
check "there is one" vuln event 1 incident-known --at 2026-03-02T10:00:00Z
answers "its final report waits for the notification" 3 'one month after' vuln cra 1 incident-final --keep
check "its early warning" vuln cra 1 incident-early-warning --malicious yes --keep --sent 2026-03-02T11:00:00Z
check "its notification, which is sent later" vuln cra 1 incident-notification --assessment "A key was copied." --keep
same "meets no clock by itself" overdue "$(clock CRA-I2)"
check "but when it is sent" vuln meet 1 CRA-I2 --at 2026-03-04T10:00:00Z
same "from when the last one runs for a month" "2026-04-04T09:00:00Z" "$(field "$(vuln cra 1 incident-final --cause 'A key that was copied.')" dueStrict)"
same "all that are kept" "early-warning early-warning notification incident-early-warning incident-notification" \
	"$(vuln notices 1 | cut -d' ' -f1 | paste -sd' ')"
check "the case's file names them" bash -c '"$0" case show vulnerabilities 1 | grep -q "notice.*CRA-V1 2"' "$pellucid"
before=$(size)
answers "nothing is published while the case is worked on" 3 'still being worked on' advisory publish case.json --case 1 --accept-advice
change case.json 'd["vulnerabilities"][0]["cve"] = "CVE-2026-10009"' >other.json
answers "nor about another flaw" 1 'not about the CVE of case 1' advisory publish other.json --case 1 --accept-advice
check "the case ends" vuln state 1 accepted --at 2026-03-03T10:00:00Z
vex_is known_affected none_available
check "with a repair" vuln state 1 in-remediation --at 2026-03-04T10:00:00Z
check "that was looked at" vuln state 1 retesting --at 2026-03-20T11:00:00Z
check "and holds" vuln state 1 resolved --reason fixed --at 2026-03-21T10:00:00Z
vex_is fixed ''
check "its embargo is longer than the draft's" vuln embargo 1 2090-01-01T00:00:00Z
answers "the longer one holds" 1 'under embargo until 2090' advisory publish case.json --case 1 --accept-advice

# ---- an embargo is not gone round: before the worker made its index, and behind it ----
same "the draft names its case" vulnerabilities/1 "$(field "$(<case.json)" case)"
change case.json 'del d["case"]' >without.json
change case.json 'del d["case"]; d["vulnerabilities"][0]["cve"] = "cve-2026-10001 "[:-1].upper(); d["id"] = "SA-2026-9001"' >renamed.json
change case.json 'del d["case"], d["vulnerabilities"][0]["cve"]; d["id"] = "SA-2026-9002"; d["aliases"] = ["CVE-2026-10001"]' >alias.json
change case.json 'del d["case"], d["vulnerabilities"][0]["cve"]; d["vulnerabilities"][0]["ids"] = [{"system_name": "CVE", "text": "CVE-2026-10001"}]; d["id"] = "SA-2026-9003"' >ids.json
change case.json 'del d["case"], d["vulnerabilities"][0]["cve"]' >same-id.json
change case.json 'd["case"] = "vulnerabilities"' >wrong.json
change case.json 'd["case"] = "vulnerabilities/99"' >none.json
change case.json 'd["case"] = "Girlitzlocke/1"' >elsewhere.json
goes_round() {
	cp case.json "$PL_TMP/harmless-$1.json"
	answers "$1: without the option" 1 'under embargo until 2090' advisory publish case.json --accept-advice
	answers "$1: without the member" 1 'under embargo until 2090' advisory publish without.json --accept-advice
	answers "$1: under another file name" 1 'under embargo until 2090' advisory publish "$PL_TMP/harmless-$1.json" --accept-advice
	answers "$1: with another identifier" 1 'under embargo until 2090' advisory publish renamed.json --accept-advice
	answers "$1: with the CVE among the aliases" 1 'under embargo until 2090' advisory publish alias.json --accept-advice
	answers "$1: with the CVE among other identifiers" 1 'under embargo until 2090' advisory publish ids.json --accept-advice
	answers "$1: without the CVE" 1 'under embargo until 2090' advisory publish same-id.json --accept-advice
	answers "$1: with a case that is not there" 3 'there is no case 99' advisory publish none.json --accept-advice
	answers "$1: with a register that is not there" 3 'there is no register' advisory publish elsewhere.json --accept-advice
	answers "$1: with a case that is none" 2 'case: expected the register and the number' advisory publish wrong.json --accept-advice
	answers "$1: with another case beside it" 1 'names another case' advisory publish case.json --case 2 --accept-advice
	answers "$1: not by officers' approval" 1 'under embargo until 2090' advisory publish without.json --accept-advice --payload payload
}
answers "a draft with an identifier that somebody chose" 0 '"id": "EX-OWN-7"' vuln draft 1 --id EX-OWN-7
mv out own.json
change own.json 'del d["case"], d["vulnerabilities"][0]["cve"]' >own-bare.json
answers "is known by that identifier, whatever is taken out" 1 'under embargo until 2090' advisory publish own-bare.json --accept-advice
goes_round "no index yet"
check "the worker makes the index" "$pellucid" worker run --once
goes_round "with the index"
check "whose CVE is changed" vuln rate 1 --cve CVE-2026-10011
change case.json 'd["vulnerabilities"][0]["cve"] = "CVE-2026-10011"; del d["case"]; d["id"] = "SA-2026-9004"' >changed-cve.json
answers "behind the index it is found, too" 1 'under embargo until 2090' advisory publish changed-cve.json --accept-advice
check "and changed back" vuln rate 1 --cve CVE-2026-10001
same "nothing of that reached the log" "$before" "$(size)"
change case.json 'del d["case"]; d["vulnerabilities"][0]["cve"] = "CVE-2026-20002"; d["id"] = "SA-2026-9005"' >foreign.json
answers "what is in none of our registers is published" 0 '' advisory publish foreign.json --accept-advice
check "it ends" vuln embargo 1 none
cat >again.csv <<'END'
received,direction,product,severity,state,finder,component,summary,cve
2026-03-05T09:00:00Z,inbound,update-service,high,new,anonymous,Example Update,The same again.,cve-2026-10001
END
check "the same flaw is reported again" "$pellucid" register enter vulnerabilities again.csv
answers "an open case about it holds it back, too, though another one is named" 3 'case 2 is still being worked on' advisory publish case.json --accept-advice
check "it is a duplicate" vuln duplicate 2 1 --at 2026-03-22T10:00:00Z
check "with an embargo of its own" vuln embargo 2 2091-01-01T00:00:00Z
answers "which holds" 1 'case 2 is under embargo until 2091' advisory publish case.json --accept-advice
check "until it ends" vuln embargo 2 none
answers "then the case must be named" 3 'case 1 of vulnerabilities is about this flaw, and the draft does not name it' advisory publish without.json --accept-advice
check "with what to do" has 'with --case and --register'
answers "and when it is, it is published" 0 '' advisory publish case.json --accept-advice

# ---- withheld ----
digest=$(field "$(advisory show EX-SA-2025-0009 --json)" advisories.0.digest)
check "a document is withheld" "$pellucid" statement withhold "$digest" --reason legal-order
serves "then it is not served" 404 '' "$u/.well-known/csaf/white/2025/ex-sa-2025-0009.json"
curl -sS -o body "$u/.well-known/csaf/white/index.txt"
check "nor listed" not grep -q 0009 body
check "the export follows" advisory export export
check "and takes it away" not test -e export/.well-known/csaf/white/2025/ex-sa-2025-0009.json
stop web
check "the tables are those of the log" tables_fit
# ---- what was no flaw, as VEX ----
printf 'received,direction,product,severity,state,finder,component\n2026-03-02T09:00:00Z,inbound,update-service,low,new,anonymous,Example Update\n' >harmless.csv
check "a report" "$pellucid" register enter vulnerabilities harmless.csv
harmless=$(sql "select max(number) from register_case where register = 'vulnerabilities'")
check "of what is meant to be so" vuln state "$harmless" informative --reason by-design --at 2026-03-03T12:00:00Z
vex_is known_not_affected "impact VEX-2026-000$harmless" "$harmless"
exit "$failed"
