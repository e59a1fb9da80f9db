# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # set by run and lib.sh
# Sourced by the story: a register that takes cases in from outside; an authority sends a request through its page and takes a promise home.
ASKED=$TAKEN/request.receipt

# [web] intake = yes, for an instance that does not say so yet. Before anything is served.
allow_intake() {
  sed -i '/^\[web\]/,/^\[/s/^intake = no$/intake = yes/' "$INSTANCE/pellucid.conf"
}

open_register() {
  pi register list --json 2>/dev/null | grep -q '"authority-requests"' ||
    work authorities "declaring a register of requests that are really made" \
      "$PELLUCID" register add "$ROOT/demo/authority-requests.register" --instance "$INSTANCE" &&
    work authorities-en "saying what its names mean" "$PELLUCID" register words "$ROOT/demo/authority-requests.words.en" --instance "$INSTANCE" &&
    work authorities-de "the same in German" "$PELLUCID" register words "$ROOT/demo/authority-requests.words.de" --instance "$INSTANCE" &&
    work authorities-form "opening its page for outsiders" "$PELLUCID" intake open "$ROOT/demo/authority-requests.form" --instance "$INSTANCE"
}

# As an authority would: the page's form, with the work of its own machine instead of a mailed code, and the secret that it is shown once.
ask() {
  local secret
  curl -sf -o "$LOGS/entered.html" -F f-country=ch -F f-authority=police -F "f-authority-name=Example Police" \
    -F f-case-reference=EX-1 -F f-instrument=informal -F f-category=technical-expertise \
    -F "message=What is known about the samples of last week?" -F contact= -F way=work \
    -F "ticket=$("$PELLUCID" intake ticket authority-requests --bits 18)" "$PORTAL/intake/authority-requests" || return
  secret=$(sed -n 's/.*<code class="secret">\([0-9A-Z]*\)<.*/\1/p' "$LOGS/entered.html")
  curl -sf -o "$ASKED" --data-urlencode "secret=$secret" "$PORTAL/receipt/file"
}

promised() { "$PELLUCID" register check "$ASKED" --trust "$TAKEN/trust.policy" | grep -q 'case [0-9]* of authority-requests'; }

outside() {
  chapter "A request that is really made: an authority asks on a page of its own, and takes a signed promise home."
  open_register || stop "The register could not be opened. An instance of an older version: ./run --fresh begins anew."
  [[ -s $ASKED ]] || work ask "sending a request, with the work of the sender's machine" ask || stop "The request could not be sent."
  check promised "its receipt holds a number and a promise that nobody can take back" promised
}
