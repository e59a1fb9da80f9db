#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# A group of companies: who owns whom, who carries what if headquarters are gone, and books that each attests with its own key.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/books.sh
. "$PL_SRC/tests/lib/books.sh"
demo=$PL_SRC/demo
size() { field "$("$pellucid" log checkpoint inst/log --json)" size; }

check "an instance is made" make_instance log.example/group --quorum 0

# Entities.
answers "the group is stated" 0 '15 versions of entities stated, 0 already there' entity import "$demo/entities.csv"
answers "once" 0 '0 versions of entities stated, 15 already there' entity import "$demo/entities.csv"
answers "one of them" 0 'transliterated name: Example Vendor Ellas' entity show example-vendor-gr
check "with its owner" has 'parent: example-vendor-holding, 100.00 % since 2008-01-01'
same "as it is" "2 true 3" "$(json=$(entity show example-vendor-ch --json) && echo "$(field "$json" version) $(field "$json" approvesReleases)" \
	"$(python3 -c 'import json,sys; print(len(json.loads(sys.argv[1])["assets"]))' "$json")")"
same "and as it was" "1 false" "$(json=$(entity show example-vendor-ch --at 2010-05-05 --json) && echo "$(field "$json" version)" \
	"$(field "$json" approvesReleases)")"
answers "before that it was not there" 3 'no entity' entity show example-vendor-ch --at 2001-01-01
answers "a stranger is not known" 3 'no entity' entity history nobody
head=$(head -n 1 "$demo/entities.csv")
de=$(grep '^example-vendor-de,' "$demo/entities.csv")
now=$(size)
{ echo "$head"; echo "${de/EXVN0000000000000526/EXVN0000000000000527}"; } >bad.csv
answers "a LEI with wrong check digits is refused with its line" 2 'line 2: .*check digits' entity import bad.csv
{ echo "$head"; echo "${de/example-vendor-de/example-vendor-two}"; } >bad.csv
answers "one that is somebody's already, too" 3 'is that of example-vendor-de' entity import bad.csv
{ echo "$head"; echo "${de/example-vendor-holding/nobody}"; } >bad.csv
answers "and a parent that is not there" 3 'no entity "nobody"' entity import bad.csv
same "what is refused is not logged" "$now" "$(size)"
de=${de/2008-01-01/2027-01-01}
{ echo "$head"; echo "${de/GmbH/SE}"; } >se.csv
check "a later version, of one entity" entity add se.csv
{ echo "$head"; echo "${de/GmbH/KG}"; } >se2.csv
answers "is found the second time" 0 'already there' entity add se.csv
answers "and stands in its history" 0 'Example Vendor Deutschland SE (version 2, from 2027-01-01)' entity history example-vendor-de

# Officers elsewhere.
{ echo "$head"; grep '^example-vendor-fr,' "$demo/entities.csv" | sed 's/,2008-01-01,/,2026-02-01,/; s/SARL/SAS/'; } >fr.csv
entity add fr.csv --payload-only >payload
"$pellucid" key approve inst/keys/officer-1.key payload --passphrase-file inst/keys/passphrase >approvals 2>/dev/null
answers "what an officer approved is no other entity" 1 'something else than the table' entity add se2.csv --payload payload --approvals approvals
check "and is stated with his approval" entity add fr.csv --payload payload --approvals approvals
answers "in its place" 0 'Example Vendor France SAS (version 2' entity show example-vendor-fr

# Duties.
answers "duties are stated" 0 '64 duties stated, 0 already there' duty import "$demo/duties.csv"
answers "some are red" 1 'example-vendor-es .*headquarters-only' duty list --at 2026-11-28
for words in 'example-vendor-gr .*no-deputy' 'example-vendor-it .*drill-too-old' 'example-vendor-pl .*no-drill' \
	'example-vendor-uk .*support .*not-stated'; do
	check "${words##*.\*} is one reason" has "$words"
done
json=$(duty list --at 2026-11-28 --json) || true
same "five of all" 5 "$(field "$json" red)"
json=$(duty list --at 2028-01-01 --json) || true
same "a year later every drill is too old" 65 "$(field "$json" red)"
cat >drill.csv <<'T'
entity,duty,drilled,drill-days,holders,deputies
example-vendor-it,delivery,2025-10-01,731,it-delivery@example-vendor-it,nl-delivery@example-vendor-nl
T
check "a drill is held" duty add drill.csv
answers "and one is red no more" 0 'example-vendor-it .*2025-10-01' duty list --entity example-vendor-it --at 2026-11-28
sed 's/2025-10-01/2024-10-01/' drill.csv >earlier.csv
answers "a drill does not become older" 2 'earlier than the one' duty add earlier.csv
sed 's/2025-10-01/2099-10-01/' drill.csv >later.csv
answers "nor is it held before its day" 2 'still to come' duty add later.csv
sed 's/@example-vendor-nl/@nobody/' drill.csv >nobody.csv
answers "a post is at an entity" 3 'no entity "nobody"' duty add nobody.csv

# Books.
answers "who is not there has no books" 3 'no entity "nobody"' book open nobody --currency EUR
check "two companies have books" open_books
answers "a bounty is not entered by a table" 2 "decided by two" book import "$demo/books.csv"
answers "transactions are entered" 0 '9 transactions entered' book import --before-register "$demo/books.csv"
answers "once" 2 'opening-2025 stands in the books of example-vendor-de as number 1' book import --before-register "$demo/books.csv"
answers "books are whole" 0 'example-vendor-de: 6 transactions' book check
sed 's/4612.55,EUR$/4612.54,EUR/; s/^\([0-9]\),/x\1,/; s/-2025,/-2025b,/; s/-2025-/-2025b-/' "$demo/books.csv" >bad.csv
answers "what does not balance is refused with its line" 2 'line .*does not balance' book import --before-register bad.csv
sed 's/11873.40,CHF$/11873.41,CHF/; s/-2025,/-2026c,/; s/-2025-/-2026c-/' "$demo/books.csv" >bad.csv
answers "in either half" 2 'does not balance' book import --before-register bad.csv
sed 's/:Deutschland,12500.00,EUR,11873.40,CHF/:Deutschland,12500.01,EUR,11873.40,CHF/; s/-2025,/-2026d,/; s/-2025-/-2026d-/' "$demo/books.csv" >bad.csv
answers "and halves that are not equal and opposite" 2 'equal and opposite' book import --before-register bad.csv
grep -v '^5,example-vendor-ch' "$demo/books.csv" | sed 's/-2025,/-2026e,/; s/-2025-/-2026e-/' >bad.csv
answers "one half is not written alone" 2 'not written alone' book import --before-register bad.csv
same "nothing of all that was written" "6 3" "$(json=$(book check --json) && echo "$(field "$json" books.1.transactions)" \
	"$(field "$json" books.0.transactions)")"
answers "balances" 0 'Assets:Bank  *288447.95 EUR' book balance example-vendor-de
book export example-vendor-de >one.journal
book export example-vendor-de >two.journal
check "same books, same bytes" cmp one.journal two.journal
same "on every engine" 521e1b8c0c4c7912c29b5fe29d597b3f596bd8c0fd130bdd415cb4b42b3d3f43 "$(sha256sum <one.journal | cut -c 1-64)"
answers "half a pair is taken back with the other half" 0 'example-vendor-ch: number 4 reverses number 3' \
	book reverse example-vendor-de 5 --day 2025-06-01
answers "once" 2 'reversal-of-3' book reverse example-vendor-ch 3 --day 2025-06-01

# A half-year is closed and attested.
check "the first half of the year is closed" book close example-vendor-de 2025-H1
answers "once" 2 'is closed' book close example-vendor-de 2025-H1
answers "nothing more goes into it" 3 'closed up to that day' book reverse example-vendor-de 2 --day 2025-06-30
check "but into the next one" book reverse example-vendor-de 2 --day 2025-07-01
check "two keys are introduced" "$pellucid" key new example-vendor-ch --role entity
mkdir there
(umask 077 && echo 'a passphrase of the German company' >there/passphrase)
"$pellucid" key make there/key --passphrase-file there/passphrase >there/public
check "one of them held elsewhere" "$pellucid" key add example-vendor-de there/public --role entity
answers "an attestation needs the entity's key" 3 'cannot open the key file' book attest example-vendor-de 2025-H1
answers "not another one's" 1 'example-vendor-ch signs nothing in the name of example-vendor-de' book attest example-vendor-de 2025-H1 \
	--key inst/keys/example-vendor-ch.key --passphrase-file inst/keys/passphrase
answers "nor the service's" 1 'has the role service' book attest example-vendor-de 2025-H1 --key inst/keys/service.key \
	--passphrase-file inst/keys/passphrase
answers "nor one before the half-year is closed" 3 'not closed' book attest example-vendor-ch 2025-H1
book attest example-vendor-de 2025-H1 --payload-only >payload
book balance example-vendor-de 2025-H1 >de.balance
book export example-vendor-de --until 2025-H1 >de.journal
same "the balance file names the journal" "sha256:$(sha256sum <de.journal | cut -d ' ' -f 1)" "$(sed -n 's/^journal //p' de.balance)"
sign() { env -u PELLUCID_INSTANCE "$pellucid" book sign there/key payload --passphrase-file there/passphrase "$@"; }
sed 's/^transactions 7$/transactions 6/' de.balance >spoilt
answers "nobody signs a balance that is not the one named" 1 'not the balance that the payload names' sign --balance spoilt --journal de.journal
sed 's/4612.55/4612.56/' de.journal >spoilt
answers "nor over another journal" 1 'not the journal that the balance names' sign --balance de.balance --journal spoilt
answers "nor unseen" 2 'look at what you sign' sign
sign --balance de.balance --journal de.journal >envelope
answers "what the entity signed comes in" 0 'signed by example-vendor-de (entity)' "$pellucid" statement import envelope
answers "the same again is found" 0 'already there' "$pellucid" statement import envelope
book attest example-vendor-de 2025-H1 --payload-only >payload
sign --balance de.balance >again
answers "another one about the same half-year is refused" 1 'attested that half-year' "$pellucid" statement import again
answers "books say that it was attested" 0 '1 half-year closed, 1 attested' book check example-vendor-de
check "the other company closes, too" book close example-vendor-ch 2025-H1
answers "and attests on this machine" 0 'attested by example-vendor-ch' book attest example-vendor-ch 2025-H1
check "the tables are those of the log" tables_fit

# What visitors see.
start web "$pellucid" web --listen 127.0.0.1:0 --rate 1000000
ready web web.serving
base=http://127.0.0.1:${port[web]}
serves "all entities" 200 'Example Vendor Ελλάς' "$base/entities"
serves "in German" 200 'Gesellschaften' "$base/entities?lang=de"
serves "a red duty says why, in words" 200 'only headquarters can carry it' "$base/entity/example-vendor-es"
serves "an attestation" 200 "$(sha256sum <de.balance | cut -c 1-64)" "$base/entity/example-vendor-de"
serves "what the holding holds" 200 'Example Vendor România' "$base/entity/example-vendor-holding"
serves "nobody" 404 'html' "$base/entity/nobody"
exit "$failed"
