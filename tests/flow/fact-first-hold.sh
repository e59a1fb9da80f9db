#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# A new instance is served before its witnesses know it: what was stated meanwhile waits, in order, and nothing of it is
# refused when the hold ends. Later the witnesses are gone, and the act that ends the hold is found behind a thousand rows
# that a hostile web process has put in front of it.
set -eu
pellucid=$PL_BUILD/src/cli/pellucid
cd "$PL_TMP"
failed=0 pids=()
# shellcheck disable=SC2317 # called by the trap
stop() {
  [[ ${#pids[@]} -eq 0 ]] || kill "${pids[@]}" 2>/dev/null || true
  wait
}
trap stop EXIT
check() {
  local what=$1
  shift
  if "$@" >out 2>&1; then
    echo "ok - $what"
  else
    echo "FAIL - $what"
    cat out
    failed=1
  fi
}
soon() {
  for _ in $(seq 150); do
    "$@" >/dev/null 2>&1 && return 0
    sleep 0.1
  done
  "$@"
}

for i in 1 2; do
  "$pellucid" witness init "w$i" --name "witness.example/w$i" >"w$i.vkey"
  : >"w$i.err"
  "$pellucid" witness serve "w$i" --listen 127.0.0.1:0 2>"w$i.err" &
  pids+=("$!")
  soon grep -q witness.serving "w$i.err"
  port=$(sed -n 's/^evt=witness.serving .* port=\([0-9]*\) .*/\1/p' "w$i.err")
  echo "witness w$i $(cat "w$i.vkey") http://127.0.0.1:$port"
done >witnesses
vkey=$("$pellucid" init instance --origin log.example/first --purpose test --witnesses witnesses --quorum 2 2>/dev/null)
export PELLUCID_INSTANCE=$PL_TMP/instance
"$pellucid" serve --no-web 2>serve.err &
pids+=("$!")
check "the log is held while the witnesses do not know it" soon grep -q 'evt=log.held' serve.err
sleep 1
for i in 1 2; do
  "$pellucid" witness add-log "w$i" "$vkey"
done
check "the hold ends when they admit it" soon "$pellucid" log verify instance/log --policy instance/trust.policy --json
check "the inception is entry 0" soon bash -c '"$0" statement show 0 | grep -q inception' "$pellucid"
check "keys introduced during the hold may sign" soon "$pellucid" product add lantern
check "nothing was refused" bash -c '! "$0" doctor | grep -qi "refused [1-9]\|[1-9][0-9]* .*refused"' "$pellucid"
check "the tables follow from the log" "$pellucid" fsck --rebuild --scratch "$PL_TMP"

kill "${pids[@]}"
wait "${pids[@]}" 2>/dev/null || true
pids=()
python3 - instance/pellucid.db <<'END'
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
with db:
    db.executemany("INSERT INTO outbox VALUES (?, ?, ?, 1, 0, NULL, '', 0, x'00')",
        ((os.urandom(32), os.urandom(32), f"a{i}") for i in range(1200)))
END
"$pellucid" serve --no-web 2>again.err &
pids+=("$!")
check "without witnesses it is held" soon grep -q 'evt=log.held' again.err
"$pellucid" statement log-resume witness-unreachable --wait 2 >out 2>&1 || true
check "an act behind a thousand other rows ends the hold" soon grep -q 'evt=log.running' again.err
check "and those rows are refused" soon bash -c '"$0" doctor | grep -q "1200 statements were refused"' "$pellucid"
exit "$failed"
