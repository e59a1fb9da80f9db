#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# alone: yes
# timeout: 900
# Inclusion proofs from `pellucid web` against nginx (one worker, no access log) with a file of 4 KiB: server on one core, wrk on the
# other, rounds in turn, medians. Goal: half of nginx's requests a second. A full run takes a log of a million entries: that of the
# instance that the portal serves is exchanged for one that was appended without statements.
set -eu
if [ "${PL_BENCH:-smoke}" = full ]; then entries=1000000 rounds=7 seconds=10; else entries=50000 rounds=3 seconds=1; fi
pellucid=$PL_BUILD/src/cli/pellucid
nginx=$(PATH=$PATH:/usr/sbin command -v nginx)
dir=$PL_TMP/http
mkdir -p "$dir/www"
vkey=$("$pellucid" log init "$dir/log" --origin log.example/bench)
# Distinct entries of 300 bytes.
seq 1 "$entries" | awk '{ printf "%0300d\n", $1 }' | "$pellucid" log append "$dir/log" --lines >/dev/null
"$pellucid" log checkpoint "$dir/log" >/dev/null
"$pellucid" init "$dir/inst" --origin log.example/instance --purpose test --quorum 0 >/dev/null 2>&1
rm -rf "$dir/inst/log/public"
mv "$dir/log/public" "$dir/inst/log/public"
sed -i "s|^log .*|log $vkey|" "$dir/inst/trust.policy"
head -c 4096 /dev/urandom >"$dir/www/file"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$dir/nginx.conf" <<CONF
daemon off; worker_processes 1; pid $dir/nginx.pid; error_log $dir/error.log;
events { worker_connections 1024; }
http {
	access_log off; sendfile on; keepalive_requests 100000000; client_body_temp_path $dir/t1; proxy_temp_path $dir/t2;
	fastcgi_temp_path $dir/t3; uwsgi_temp_path $dir/t4; scgi_temp_path $dir/t5;
	server { listen 127.0.0.1:$port; root $dir/www; }
}
CONF
[ "$(id -u)" != 0 ] || sed -i '1s/^/user root; /' "$dir/nginx.conf"
[ "$(nproc)" -ge 2 ] && client=1 || client=0
taskset -c 0 "$nginx" -p "$dir" -c "$dir/nginx.conf" -e "$dir/error.log" &
nginx_pid=$!
taskset -c 0 "$pellucid" web --instance "$dir/inst" --listen 127.0.0.1:0 --threads 1 --rate 4294967295 >"$dir/web.log" 2>&1 &
server_pid=$!
trap 'kill "$nginx_pid" "$server_pid" 2>/dev/null; wait' EXIT
for _ in $(seq 100); do
  ours=$(sed -n 's/^evt=web.serving .*port=//p' "$dir/web.log")
  [ -n "$ours" ] && curl -s -o /dev/null "http://127.0.0.1:$port/file" && break
  sleep 0.1
done
cat >"$dir/random.lua" <<LUA
math.randomseed(1)
request = function() return wrk.format("GET", "/statement/" .. math.random(0, $entries - 1) .. ".tlog-proof") end
LUA
curl -sf "http://127.0.0.1:$ours/statement/7.tlog-proof" >"$dir/one"
echo "a proof of entry 7 of $entries: $(wc -c <"$dir/one") bytes"
# Processor time of a process in ticks: what a busy neighbour cannot distort much.
ticks() {
  local t=0 p
  for p in "$@"; do t=$((t + $(awk '{ print $14 + $15 }' "/proc/$p/stat"))); done
  echo "$t"
}
one_round() { # URL PIDS... : requests a second, microseconds of processor a request
  local url=$1 before after out
  shift
  before=$(ticks "$@")
  out=$(taskset -c "$client" wrk -t1 -c64 -d"${seconds}s" ${script:+-s "$script"} "$url")
  after=$(ticks "$@")
  awk -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" '
    /requests in/ { n = $1 } /Requests\/sec/ { r = $2 } /Non-2xx/ { bad = 1 }
    END { if (bad || !n) exit 1; printf "%.0f %.1f\n", r, ticks / hz * 1e6 / n }' <<<"$out"
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
script=$dir/random.lua one_round "http://127.0.0.1:$ours" "$server_pid" >/dev/null # warms the caches
workers=$(pgrep -P "$nginx_pid")
for _ in $(seq "$rounds"); do
  script='' one_round "http://127.0.0.1:$port/file" "$workers" >>"$dir/nginx"
  script=$dir/random.lua one_round "http://127.0.0.1:$ours" "$server_pid" >>"$dir/ours"
done
a=$(cut -d' ' -f1 "$dir/nginx" | median) b=$(cut -d' ' -f1 "$dir/ours" | median)
ca=$(cut -d' ' -f2 "$dir/nginx" | median) cb=$(cut -d' ' -f2 "$dir/ours" | median)
echo "nginx, a file of 4 KiB:     $a requests/s, $ca us of processor each"
echo "proofs, $entries entries:   $b requests/s, $cb us of processor each"
ratio=$(awk "BEGIN { printf \"%.2f\", $b / $a }")
echo "ratio $ratio by requests (goal 0.5), $(awk "BEGIN { printf \"%.2f\", $ca / $cb }") by processor time"
goal=0.25
[ "${PL_BENCH:-smoke}" != full ] || goal=0.5
if awk "BEGIN { exit !($ratio >= $goal) }"; then
  echo "ok - proofs over HTTP reach $ratio of nginx"
else
  echo "FAIL - proofs over HTTP reach only $ratio of nginx"
  exit 1
fi
