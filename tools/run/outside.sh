# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # set by run and lib.sh
# Sourced by the story: registers that take cases in from outside. An authority, a person and a finder of a flaw each send something through a page and take a
# promise home.
ASKED=$TAKEN/request.receipt PERSON=$TAKEN/person.receipt INSTALLED=$TAKEN/installed.receipt FLAW=$TAKEN/flaw.receipt
MAILBOX=$HOME_DIR/mail      # what the portal mails: nothing leaves this machine

# A vendor's key that enrols installed products, and a product that it has enrolled.
INSTALLATION=$HOME_DIR/product
make_product() {
  local name
  [[ -s $INSTALLATION/enrolment ]] && return 0
  (umask 077 && mkdir -p "$INSTALLATION" && head -c 20 /dev/urandom | base64 >"$INSTALLATION/words") || return
  for name in vendor product; do
    [[ -s $INSTALLATION/$name.pub ]] || { rm -f "$INSTALLATION/$name.key" &&
      "$PELLUCID" key make "$INSTALLATION/$name.key" --passphrase-file "$INSTALLATION/words" >"$INSTALLATION/$name.pub"; } || return
  done
  "$PELLUCID" intake enrol "$INSTALLATION/vendor.key" "$(<"$INSTALLATION/product.pub")" --passphrase-file "$INSTALLATION/words" >"$INSTALLATION/enrolment"
}

# [web] intake = yes, a mail server and whose products are believed, for an instance that does not say so yet. Before anything is served.
allow_intake() {
  [[ -s $HOME_DIR/mailbox.port ]] || free_port >"$HOME_DIR/mailbox.port"
  make_product || return
  sed -i -e "/^\[intake\]/,/^\[/s|^products = .*|products = $INSTALLATION/vendor.pub|" "$INSTANCE/pellucid.conf"
  sed -i -e '/^\[web\]/,/^\[/s/^intake = no$/intake = yes/' \
    -e "/^\[mail\]/,/^\[/s|^smtp = .*|smtp = smtp://127.0.0.1:$(<"$HOME_DIR/mailbox.port")|" \
    -e '/^\[mail\]/,/^\[/s|^from = .*|from = desk@demo.pellucid.invalid|' "$INSTANCE/pellucid.conf"
}

start_mailbox() { start mailbox python3 "$ROOT/tools/run/mailbox.py" "$(<"$HOME_DIR/mailbox.port")" "$MAILBOX"; }

# What the pages of this instance say beside what the forms say by themselves.
demonstration_form() {
  sed -e '/^word en form /s/$/ This is a demonstration: nobody answers, and nothing here protects what you write. Make something up./' \
    -e '/^word de form /s/$/ Das ist eine Vorführung: Niemand antwortet, und nichts hier schützt, was Sie schreiben. Erfinden Sie etwas./' \
    "$ROOT/demo/$1.form" >"$HOME_DIR/$1.form"
}

# open_form REGISTER WORDS: declare it, say what its names mean, and open its page.
open_form() {
  pi register list --json 2>/dev/null | grep -q "\"$1\"" && return 0
  demonstration_form "$1" &&
    work "$1" "declaring a register of $2" "$PELLUCID" register add "$ROOT/demo/$1.register" --instance "$INSTANCE" &&
    work "$1-en" "saying what its names mean" "$PELLUCID" register words "$ROOT/demo/$1.words.en" --instance "$INSTANCE" &&
    work "$1-de" "the same in German" "$PELLUCID" register words "$ROOT/demo/$1.words.de" --instance "$INSTANCE" &&
    work "$1-form" "opening its page for outsiders" "$PELLUCID" intake open "$HOME_DIR/$1.form" --instance "$INSTANCE"
}

# As an authority would: the page's form, with the work of its own machine instead of a mailed code, and the secret that it is shown once.
ask() {
  curl -sf -o "$LOGS/entered.html" -F f-country=ch -F f-authority=police -F "f-authority-name=Example Police" \
    -F f-case-reference=EX-1 -F f-instrument=informal -F f-category=technical-expertise -F f-emergency=no \
    -F "message=What is known about the samples of last week?" -F contact= -F way=work \
    -F "ticket=$("$PELLUCID" intake ticket authority-requests --bits 18)" "$PORTAL/intake/authority-requests" || return
  receipt "$LOGS/entered.html" "$ASKED"
}

# receipt PAGE FILE: by the secret that the page shows once.
receipt() {
  curl -sf -o "$2" --data-urlencode "secret=$(sed -n 's/.*<code class="secret">\([0-9A-Z]*\)<.*/\1/p' "$1")" "$PORTAL/receipt/file"
}

mailed() { compgen -G "$MAILBOX/*-$1.eml" >/dev/null; }

# As a person would: the form, the code that is mailed to her, and with it the number.
ask_person() {
  local to=ada@person.invalid code
  rm -f "$MAILBOX"/*-"$to.eml"
  curl -sf -o "$LOGS/person-sent.html" --data-urlencode f-kind=copy --data-urlencode f-regulation=gdpr \
    --data-urlencode "message=A copy of everything that you hold of me, please." --data-urlencode "contact=$to" --data-urlencode way=mail \
    "$PORTAL/intake/persons" || return
  soon mailed "$to" || return
  code=$(grep -ohE '([0-9A-Z]{5}-){5}[0-9A-Z]' "$MAILBOX"/*-"$to.eml" | head -n 1)
  curl -sf -o "$LOGS/person-entered.html" --data-urlencode "code=$code" "$PORTAL/intake/confirm" && receipt "$LOGS/person-entered.html" "$PERSON"
}

# As a product would whose owner asks what is held of it: its key signs, and nobody types an address.
ask_product() {
  curl -sf -o "$LOGS/product-entered.html" --data-urlencode f-kind=where --data-urlencode f-regulation=gdpr \
    --data-urlencode "message=Where is what this installation sent?" -d contact= -d way=key \
    --data-urlencode "proof=$("$PELLUCID" intake prove "$INSTALLATION/product.key" "$(<"$INSTALLATION/enrolment")" "$(product_origin)" persons \
      --passphrase-file "$INSTALLATION/words")" "$PORTAL/intake/persons" && receipt "$LOGS/product-entered.html" "$INSTALLED"
}
product_origin() { sed -n 's/^log \([^+]*\)+.*/\1/p' "$TAKEN/trust.policy"; }

# As a finder who stays unnamed: the work of his own machine instead of an address.
report_flaw() {
  curl -sf -o "$LOGS/flaw-entered.html" -F f-product=endpoint -F "f-summary=a made-up flaw" -F f-exploited=no -F "message=What happens, and how it can be repeated." \
    -F contact= -F way=work -F "ticket=$("$PELLUCID" intake ticket vulnerabilities --bits 18)" "$PORTAL/intake/vulnerabilities" &&
    receipt "$LOGS/flaw-entered.html" "$FLAW"
}

# promised RECEIPT REGISTER
promised() { "$PELLUCID" register check "$1" --trust "$TAKEN/trust.policy" | grep -q "case [0-9]* of $2"; }

outside() {
  chapter "Requests and reports that are really made: each through a page of its own, and each gets a signed promise that nobody can take back."
  { open_form authority-requests "requests that are really made" && open_form persons "requests of persons" &&
    open_form vulnerabilities "reports of flaws"; } ||
    stop "The registers could not be opened. An instance of an older version: ./run --fresh begins anew."
  [[ -s $ASKED ]] || work ask "an authority sends a request, with the work of its machine" ask || stop "The request could not be sent."
  [[ -s $PERSON ]] || work ask-person "a person asks for a copy, and confirms with the code that is mailed to her" ask_person ||
    stop "The person's request could not be sent."
  [[ -s $INSTALLED ]] || work ask-product "an installed product asks where its data is, and signs with its own key" ask_product ||
    stop "The product's request could not be sent."
  [[ -s $FLAW ]] || work report-flaw "a finder who stays unnamed reports a flaw" report_flaw || stop "The report could not be sent."
  check promised "the authority's receipt holds a number and a promise" promised "$ASKED" authority-requests
  check person-promised "the person's, too" promised "$PERSON" persons
  check product-promised "the installed product's as well" promised "$INSTALLED" persons
  check flaw-promised "and the finder's, which will show since when it was known" promised "$FLAW" vulnerabilities
  note "The forms are at $PORTAL/intake. What the portal mails is kept in ${MAILBOX#"$ROOT"/}: nothing leaves this machine, and nobody answers."
}
