#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# alone: yes
# From an entry's answer to the checkpoint that both of two witnesses have cosigned; the witnesses are processes of their
# own on this machine. Figures are for people; the test is that every entry gets its quorum, in less than ten seconds.
set -eu
pellucid=$PL_BUILD/src/cli/pellucid
samples=20
[ "${PL_BENCH:-smoke}" != full ] || samples=200
cd "$PL_TMP"
pids=()
trap '[ ${#pids[@]} = 0 ] || { kill "${pids[@]}" 2>/dev/null; wait; }' EXIT
vkey=$("$pellucid" log init log --origin bench.example/quorum 2>/dev/null)
echo "log $vkey" >policy
for i in 1 2; do
  key=$("$pellucid" witness init "w$i" --name "witness.example/w$i")
  "$pellucid" witness add-log "w$i" "$vkey"
  : >"w$i.err"
  "$pellucid" witness serve "w$i" --listen 127.0.0.1:0 2>"w$i.err" &
  pids+=($!)
  port=
  for _ in $(seq 150); do
    port=$(sed -n 's/^evt=witness.serving .* port=\([0-9]*\) .*/\1/p' "w$i.err")
    [ -z "$port" ] || break
    sleep 0.1
  done
  echo "witness w$i $key http://127.0.0.1:${port:?witness $i did not start}" >>policy
done
printf 'group both all w1 w2\nquorum both\n' >>policy
cp policy log/private/policy
"$PL_BUILD/tests/bench/bench_quorum" log "$samples"
"$pellucid" log verify log/public --policy policy
echo "ok - every entry had its quorum (goal p50 under 1 s)"
