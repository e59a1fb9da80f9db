# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The story that ./run tells: docs/manual/demonstration.md lists the same steps and checks.
# shellcheck disable=SC2034 # names that lib.sh uses

ORIGIN=demo.pellucid.invalid/log
PRODUCT=pellucid
INSTANCE=$HOME_DIR/instance
TAKEN=$HOME_DIR/taken       # what an outsider takes home
VERSION='' COMMIT='' REUSED=false
PORTAL=http://localhost:$PORT
OTHER_PORT="Another port for the portal: ./run --port N"

p() { "$PELLUCID" "$@"; }
pi() { "$PELLUCID" "$@" --instance "$INSTANCE"; }

install_packages() {
  [[ $INSTALL == no ]] && return 0
  tools/install-deps.sh --check build run >/dev/null && return 0
  work install "installing Debian packages" tools/install-deps.sh build run ||
    stop "The packages listed in deps/ could not be installed; build/run-logs/install.log says why."
}

build_program() {
  if [[ ! -f $OUT/run/build.ninja ]]; then
    work setup "preparing the build" meson setup --buildtype=release -Dtests=false -Dwerror=false "$OUT/run" ||
      stop "The build could not be prepared."
  fi
  work build "building Pellucid" ninja -C "$OUT/run" src/cli/pellucid || stop "Pellucid could not be built."
}

# One demonstration witness: its own directory, key and process.
make_witness() {
  local name=$1 dir=$HOME_DIR/$1
  [[ -d $dir ]] || p witness init "$dir" --name "demo.pellucid.invalid/$name" >/dev/null || return
  [[ -s $HOME_DIR/$name.port ]] || free_port >"$HOME_DIR/$name.port"
}

make_instance() {
  local name
  mkdir -p "$HOME_DIR" "$TAKEN"
  for name in witness-1 witness-2; do
    make_witness "$name" || return
  done
  if [[ ! -f $INSTANCE/pellucid.conf ]]; then
    for name in witness-1 witness-2; do
      printf 'witness %s %s http://127.0.0.1:%s\n' "$name" "$(p witness vkey "$HOME_DIR/$name")" "$(<"$HOME_DIR/$name.port")"
    done >"$HOME_DIR/witnesses"
    p init "$INSTANCE" --origin "$ORIGIN" --purpose demonstration --witnesses "$HOME_DIR/witnesses" --quorum 2 \
      >"$HOME_DIR/log.vkey" || return
    for name in witness-1 witness-2; do
      p witness add-log "$HOME_DIR/$name" "$(tail -n 1 "$HOME_DIR/log.vkey")" || return
    done
  fi
}

start_servers() {
  local name listen=127.0.0.1:$PORT
  for name in witness-1 witness-2; do
    start "$name" "$PELLUCID" witness serve "$HOME_DIR/$name" --listen "127.0.0.1:$(<"$HOME_DIR/$name.port")"
  done
  # [::1] as well, because "localhost" may mean either; some containers have no IPv6 at all.
  grep -q '^0\{31\}1 ' /proc/net/if_inet6 2>/dev/null && listen+=",[::1]:$PORT"
  start_mailbox
  start serve "$PELLUCID" serve --instance "$INSTANCE" --listen "$listen"
}

# Before anything is built: whoever has the port would be taken for the portal, or keep it from coming up.
port_for_the_portal() {
  local why
  why=$(port_is_free "$PORT" 2>&1) || stop "The portal cannot have its port ($why)." "$OTHER_PORT"
}

# Does the portal of this very instance answer? Nobody else hands out a trust file with its log's key.
portal_is_ours() {
  curl -fsS --max-time 2 "$PORTAL/trust" | grep -qxF "$(grep '^log ' "$INSTANCE/trust.policy")"
}

# It may have to come up first; ours that found the port taken never will.
portal_answers() {
  local i
  for ((i = 0; i < 100; i++)); do
    portal_is_ours 2>/dev/null && return 0
    ! grep -q 'cannot listen' "$LOGS/serve.log" || break
    sleep 0.1
  done
  portal_is_ours
}

no_portal() {
  if curl -sS -o /dev/null --max-time 2 "$PORTAL/" 2>/dev/null; then
    stop "Somebody answers at $PORTAL, but not the portal of this instance: another program has the port." "$OTHER_PORT"
  fi
  stop "The portal does not answer at $PORTAL: $(grep -m 1 'cannot listen' "$LOGS/serve.log" || echo build/run-logs/serve.log says why)." "$OTHER_PORT"
}

# What the command said, without what its progress said.
told() { sed -n '/%$/!s/^/    /p' "$LOGS/$1.log"; }

# Root in somebody else's clone: git trusts this one repository for this one command.
recipe_of_commit() {
  GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0=$ROOT \
    git -C "$ROOT" show "$COMMIT:demo/pellucid.recipe"
}

# publish: snapshot, build, rebuild, publish; each of them reuses what is there.
publish() {
  chapter "Pellucid publishes itself."
  pi product list --json 2>/dev/null | grep -q "\"$PRODUCT\"" ||
    work product "stating that the product exists" "$PELLUCID" product add "$PRODUCT" --instance "$INSTANCE" || return
  work snapshot "taking the source: manifest and canonical archive of HEAD" \
    "$PELLUCID" release snapshot "$PRODUCT" --repo "$ROOT" --instance "$INSTANCE" || return
  told snapshot
  COMMIT=$(grep -oE '\b[0-9a-f]{40}\b' "$LOGS/snapshot.log" | head -n 1)
  VERSION=0.1.0-${COMMIT:0:12}
  # Of the commit, like the source: the work tree may say something else.
  recipe_of_commit >"$HOME_DIR/pellucid.recipe" || return
  work build-1 "building it in a sandbox" \
    "$PELLUCID" release build "$PRODUCT" --recipe "$HOME_DIR/pellucid.recipe" --instance "$INSTANCE" || return
  told build-1
  work build-2 "building it again where everything differs that must not matter" \
    "$PELLUCID" release rebuild "$PRODUCT" --instance "$INSTANCE" || return
  told build-2
  work publish "publishing release $VERSION" \
    "$PELLUCID" release publish "$PRODUCT" "$VERSION" --instance "$INSTANCE" || return
  told publish
  grep -q 'already there' "$LOGS/publish.log" && REUSED=true
  work verify-page "logging the digest of the downloadable Verify page" \
    "$PELLUCID" statement verify-page --instance "$INSTANCE"
}

identical() {
  pi release show "$PRODUCT" "$VERSION" --json | python3 -c '
import json, sys
r = json.load(sys.stdin)["rebuilds"]
sys.exit(0 if r and all(v["verdict"] == "identical" for v in r) else 1)'
}

# What the portal hands out as one file is what the log names as a body.
verify_page() {
  local file=$TAKEN/pellucid-verify.html path
  path=$(curl -fsS "$PORTAL/verify" | sed -n 's/.*href="\(\/assets\/pellucid-verify[^"]*\)".*/\1/p')
  curl -fsS -o "$file" "$PORTAL$path" || return
  pi statement show "sha256:$(sha256sum "$file" | cut -d' ' -f1)" --json | python3 -c '
import json, sys
s = json.load(sys.stdin)
sys.exit(0 if s["state"] == "applied" and s["statement"]["predicate"].get("kind") == "verify-page" else 1)'
}

two_cosignatures() {
  p log verify "$INSTANCE/log" --policy "$INSTANCE/trust.policy" --json && return 0
  return 1
}

take_home() {
  pi release fetch "$PRODUCT" "$VERSION" pellucid --out "$TAKEN/pellucid" &&
    pi release bundle "$PRODUCT" "$VERSION" --out "$TAKEN/pellucid.tlog-proof" &&
    cp "$INSTANCE/trust.policy" "$TAKEN/trust.policy"
}

# What the outsider runs; the program is the one that was just verified, so any other verifier would do as well.
outsider() {
  "$PELLUCID" verify "$1" --statement release --bundle "$2" --trust "$TAKEN/trust.policy"
}

# Are these all releases of it? Beside a bundle that lacks the last one.
take_all_releases() {
  pi product bundle "$PRODUCT" --out "$TAKEN/pellucid-all.tlog-proof" && python3 - "$TAKEN" <<'PY'
import base64, json, re, sys
taken = sys.argv[1]
text = open(taken + "/pellucid-all.tlog-proof", encoding="utf-8").read()
heads = re.findall(r"c2sp\.org/tlog-proof@v1\nextra \S+\n(?:\S+ ?\S*\n)*\n", text)

def number(head):
    s = json.loads(base64.b64decode(json.loads(base64.b64decode(head.split()[2]))["payload"]))
    return s["predicate"]["number"] if s["predicateType"] == "urn:pellucid:release/v1" else 0

open(taken + "/left-out.tlog-proof", "w", encoding="utf-8").write(text.replace(max(heads, key=number), ""))
PY
}

all_releases() {
  "$PELLUCID" verify --all-releases "$PRODUCT" --bundle "$1" --trust "$TAKEN/trust.policy" "${@:2}"
}

left_out() {
  all_releases "$TAKEN/left-out.tlog-proof" >"$LOGS/left-out.log" 2>&1
  [[ $? -eq 1 ]] && grep -q 'number [0-9]* is missing' "$LOGS/left-out.log"
}

# Three forgeries of what was taken home.
forge() {
  python3 - "$TAKEN" <<'PY'
import base64, sys
taken = sys.argv[1]

data = bytearray(open(taken + "/pellucid", "rb").read())
data[len(data) // 2] ^= 1
open(taken + "/pellucid.flipped", "wb").write(data)

text = open(taken + "/pellucid.tlog-proof", encoding="utf-8").read()
lines = text.rstrip("\n").split("\n")
open(taken + "/dropped.tlog-proof", "w", encoding="utf-8").write("\n".join(lines[:-1]) + "\n")

for i, line in enumerate(lines):
    if line.startswith("index "):
        proof = i + 1
raw = bytearray(base64.b64decode(lines[proof]))
raw[0] ^= 1
lines[proof] = base64.b64encode(raw).decode()
open(taken + "/altered.tlog-proof", "w", encoding="utf-8").write("\n".join(lines) + "\n")
PY
}

prove() {
  chapter "An outsider checks, offline, with three files: the program, the proof bundle, the trust file."
  check taken "the artefact, its proof bundle and the trust file were taken home" take_home
  outsider "$TAKEN/pellucid" "$TAKEN/pellucid.tlog-proof" | sed 's/^/    /'
  check verified "the built program is proved by the bundle" outsider "$TAKEN/pellucid" "$TAKEN/pellucid.tlog-proof"

  take_all_releases || stop "The proof of all releases could not be made."
  check all-releases "these are all its releases, and the program belongs to one of them" \
    all_releases "$TAKEN/pellucid-all.tlog-proof" "$TAKEN/pellucid"

  chapter "Four attempts to cheat."
  forge || stop "The forgeries could not be made."
  check flipped-byte "one flipped byte in the program is refused" \
    refused 1 outsider "$TAKEN/pellucid.flipped" "$TAKEN/pellucid.tlog-proof"
  check dropped-cosignature "one dropped cosignature is refused" \
    refused 1 outsider "$TAKEN/pellucid" "$TAKEN/dropped.tlog-proof"
  check altered-proof "one altered proof is refused" \
    refused 1 outsider "$TAKEN/pellucid" "$TAKEN/altered.tlog-proof"
  check release-left-out "a release left out of the proof of all of them is missed, and its number said" left_out
}

# ---- the seeds' register ----

reported() { pi report list requests --json | grep -q '"period":"2021-H2"'; }

# Synthetic cases that add up to a total which was published once; a second run finds the report.
count_requests() {
  chapter "A register that recounts itself: requests to \"Example Vendor\", reconstructed from a published total."
  reported 2>/dev/null && return 0
  work register "declaring the register of requests" \
    "$PELLUCID" register add "$ROOT/demo/requests.register" --instance "$INSTANCE" &&
    work words-en "saying what its names mean" \
      "$PELLUCID" register words "$ROOT/demo/requests.words.en" --instance "$INSTANCE" &&
    work words-de "the same in German" "$PELLUCID" register words "$ROOT/demo/requests.words.de" --instance "$INSTANCE" &&
    work cases "entering 109 cases" \
      "$PELLUCID" register enter requests "$ROOT/demo/requests-2021-h2.csv" --instance "$INSTANCE" &&
    work head "signing the register's head" "$PELLUCID" register head requests --instance "$INSTANCE" &&
    work report "counting, and stating the report" \
      "$PELLUCID" report make requests 2021-H2 --instance "$INSTANCE"
}

recount() {
  "$PELLUCID" report verify "${1:-$TAKEN/requests-2021-H2.openings}" --bundle "$TAKEN/requests-2021-H2.tlog-proof" \
    --trust "$TAKEN/trust.policy" "${@:2}"
}

# The sentence that the claim about persons is, and its proof bundle, as the portal gives them to anybody.
take_claim() {
  pi claim show 003-person-requests --json >"$LOGS/claim.json" || return
  python3 -c 'import json, sys; sys.stdout.write(json.load(open(sys.argv[1]))["text"])' "$LOGS/claim.json" >"$TAKEN/persons.txt" &&
    curl -fsS -o "$TAKEN/persons.tlog-proof" \
      "$PORTAL/statement/$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["index"])' "$LOGS/claim.json").bundle"
}

claim_proved() {
  take_claim && "$PELLUCID" verify "$TAKEN/persons.txt" --statement claim --bundle "$TAKEN/persons.tlog-proof" \
    --trust "$TAKEN/trust.policy" --json >"$LOGS/persons.json"
}

# One line: from what was counted, and from the claim about persons, whose cases the source does not list; both as they were verified.
requests_line() {
  recount "$TAKEN/requests-2021-H2.openings" --json >"$LOGS/recount.json" &&
    python3 - "$LOGS/recount.json" "$LOGS/persons.json" <<'PY'
import json, sys
t = json.load(open(sys.argv[1]))["totals"]
persons = next(s["predicate"] for s in json.load(open(sys.argv[2]))["statements"] if s["counts"] and s["aboutFile"])
print("H2 2021: {requests} requests, {countries} countries, {technical-expertise} technical expertise, {user-data} user data, "
      "{user-data-rejected} of {user-data} rejected".format(**t) +
      "; {:,} person requests in {}".format(persons["value"], persons["from"][:4]))
PY
}

requests_are() {
  requests_line >"$LOGS/requests.line" && cat "$LOGS/requests.line" && grep -qx \
    'H2 2021: 109 requests, 12 countries, 92 technical expertise, 17 user data, 17 of 17 rejected; 2,252 person requests in 2021' \
    "$LOGS/requests.line"
}

# What five documents said over the years, as claims; what does not fit together must be found.
claims() {
  chapter "What an operator says of itself: claims, and what does not fit together."
  pi claim show 003-person-requests --json >/dev/null 2>&1 ||
    work claims "stating what five public documents claimed" \
      "$PELLUCID" claim import "$ROOT/demo/claims.csv" --instance "$INSTANCE" ||
    stop "The claims could not be stated."
  check claims-checked "a contradiction, an overdue promise and pairs without an order are found" claims_checked
  grep -E '^(contradiction|overdue)' "$LOGS/claims.flags" | sed 's/^/    /'
}

claims_checked() {
  pi claim check >"$LOGS/claims.flags" 2>/dev/null
  [[ $? -eq 1 ]] && grep -q '^contradiction .*004-user-data, 003-user-data' "$LOGS/claims.flags" &&
    grep -q '^overdue .*002-builds' "$LOGS/claims.flags" && grep -q '^order-unknown .*000-centres' "$LOGS/claims.flags"
}

registers() {
  count_requests || stop "The register could not be filled. An instance of an older version: ./run --fresh begins anew."
  check report-taken "the report's openings and their proof bundle were taken home" \
    pi report take requests 2021-H2 --out "$TAKEN"
  check report-verified "an outsider recounts the report offline, row by row" recount
  check claim-verified "what the operator claims about requests of persons is proved offline, too" claim_proved
  check report-numbers "the numbers are those that were published" requests_are
  say "    ${BOLD}$(cat "$LOGS/requests.line")${PLAIN}"
  note "Imported: reconstructed from a published total, which proves nothing about completeness. Real intake proves it."
  sed '/^row 50 /s/technical-expertise/user-data/' "$TAKEN/requests-2021-H2.openings" >"$TAKEN/tampered.openings"
  check report-tampered "a copy with one row changed is refused, and the row named" tampered
}

tampered() {
  recount "$TAKEN/tampered.openings" >"$LOGS/tampered.log" 2>&1
  [[ $? -eq 1 ]] && grep -q 'case 50' "$LOGS/tampered.log"
}

main() {
  trap finish EXIT
  trap 'finish; exit 130' INT TERM
  [[ $FRESH == yes ]] && rm -rf "$HOME_DIR"
  mkdir -p "$LOGS"
  : >"$LOGS/checks.log"

  chapter "Pellucid: a transparency initiative that outsiders can check without trusting it."
  install_packages
  port_for_the_portal
  build_program

  chapter "A demonstration instance: one log, two witnesses."
  make_instance || stop "The instance could not be made."
  warn "Both witnesses run on this machine with keys that lie beside the log's: demonstration witnesses protect nobody."
  allow_intake
  start_servers
  check witness-1 "witness 1 answers" answers "http://127.0.0.1:$(<"$HOME_DIR/witness-1.port")/"
  check witness-2 "witness 2 answers" answers "http://127.0.0.1:$(<"$HOME_DIR/witness-2.port")/"
  check portal "the portal of this instance answers at $PORTAL" portal_answers || no_portal

  check published "the log's first checkpoint is cosigned by both" soon two_cosignatures

  publish || stop "Publishing did not come to its end."
  check verify-page "the Verify page that the portal offers as one file is the one in the log" verify_page
  check identical "both builds are bit for bit identical" identical
  check quorum "the checkpoint is cosigned by both witnesses" two_cosignatures
  prove
  claims
  entities
  audits
  registers
  outside
  bounties

  chapter "The operator's own checks."
  check log-fsck "every entry hashed again, every tile compared" "$PELLUCID" log fsck "$INSTANCE/log"
  check tables-fsck "the public tables follow from the log" "$PELLUCID" fsck --rebuild --instance "$INSTANCE"

  summary
  local code=$?
  [[ $ONCE == yes ]] && exit "$code"
  say
  say "The portal is at ${BOLD}$PORTAL${PLAIN} (Ctrl-C ends it)."
  wait "${STARTED[@]}"
}
