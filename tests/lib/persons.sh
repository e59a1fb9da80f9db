# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2034,SC2154 # read by the stories; set by desk.sh and mail.sh
# Sourced after desk.sh and mail.sh by stories about requests of persons: who asks, with words that hold $canary, and who answers.

mail=0
# request KIND [ADDRESS]: by the form, confirmed by the code that is mailed; the secret is in $secret.
request() {
	curl -sf -o page --data-urlencode "f-kind=$1" --data-urlencode f-regulation=gdpr --data-urlencode "f-sender=$canary" --data-urlencode "message=please $canary" \
		--data-urlencode "contact=${2:-who@remote.example}" --data-urlencode way=mail "$desk/intake/persons" || return
	mail=$((mail + 1))
	"$pellucid" worker run --once && soon mails_are "$mail" && read_mail "$mail" || return
	curl -sf -o page --data-urlencode "code=$(grep -oE '([0-9A-Z]{5}-){5}[0-9A-Z]' mail.txt)" "$desk/intake/confirm" || return
	secret=$(sed -n 's/.*<code class="secret">\([0-9A-Z]*\)<.*/\1/p' page)
	"$pellucid" worker run --once # the index
}
# What was ordered is carried out; behind each revision of a case the index has to come first.
work() {
	"$pellucid" worker run --once >/dev/null 2>&1
	"$pellucid" person work
}
