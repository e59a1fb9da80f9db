#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 120
# The nginx example as it is shipped, with other paths and ports: nginx accepts it, serves tiles from the disk and pages from the portal.
set -eu
pellucid=$PL_BUILD/src/cli/pellucid
PELLUCID_INSTANCE=$PL_TMP/instance
export PELLUCID_INSTANCE
nginx=$(PATH=$PATH:/usr/sbin command -v nginx)
failed=0
good() {
	echo "ok - $1"
}
bad() {
	echo "FAIL - $1"
	failed=1
}
check() {
	what=$1
	shift
	if "$@" >"$PL_TMP/out" 2>"$PL_TMP/err"; then
		good "$what"
	else
		bad "$what"
		sed 's/^/    /' "$PL_TMP/out" "$PL_TMP/err"
	fi
}
answers() {
	what=$1 status=$2 words=$3
	shift 3
	got=$(curl -sSk -o "$PL_TMP/body" -D "$PL_TMP/head" -w '%{http_code}' --path-as-is "$@" 2>"$PL_TMP/err") || got="curl $?"
	if [ "$got" = "$status" ] && cat "$PL_TMP/head" "$PL_TMP/body" | grep -aqi -e "$words"; then
		good "$what"
	else
		bad "$what ($got, expected $status and \"$words\")"
		sed 's/^/    /' "$PL_TMP/head" "$PL_TMP/err" | head -20
	fi
}
# A port that is free now; nginx cannot be told to take any.
free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

check "an instance is made" "$pellucid" init "$PELLUCID_INSTANCE" --origin log.example/nginx --purpose test --quorum 0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=transparency.example \
	-keyout "$PL_TMP/key.pem" -out "$PL_TMP/fullchain.pem" 2>/dev/null
tls=$(free_port)
plain=$(free_port)
sed -e "s#/run/pellucid/web.sock#$PL_TMP/web.sock#; s#/var/lib/pellucid/log#$PELLUCID_INSTANCE/log#; s#/etc/ssl/pellucid#$PL_TMP#" \
	-e "s#listen 443#listen 127.0.0.1:$tls#; s#listen \\[::\\]:443#listen [::1]:$tls#" \
	-e "s#listen 80;#listen 127.0.0.1:$plain;#; s#listen \\[::\\]:80;#listen [::1]:$plain;#" \
	"$PL_SRC/packaging/nginx/pellucid.conf" >"$PL_TMP/pellucid.conf"
if [ "$(id -u)" = 0 ]; then
	chmod 755 "$PL_TMP"
	user='user root;'
else
	user=''
fi
cat >"$PL_TMP/nginx.conf" <<CONF
$user
daemon off;
pid $PL_TMP/nginx.pid;
error_log $PL_TMP/error.log;
events {}
http {
	access_log off;
	client_body_temp_path $PL_TMP/t1; proxy_temp_path $PL_TMP/t2; fastcgi_temp_path $PL_TMP/t3;
	uwsgi_temp_path $PL_TMP/t4; scgi_temp_path $PL_TMP/t5;
	include $PL_TMP/pellucid.conf;
}
CONF
check "nginx accepts it" "$nginx" -t -p "$PL_TMP" -c "$PL_TMP/nginx.conf" -e "$PL_TMP/error.log"
"$pellucid" web --listen "unix:$PL_TMP/web.sock" --behind-proxy 2>"$PL_TMP/web.log" &
web_pid=$!
"$nginx" -p "$PL_TMP" -c "$PL_TMP/nginx.conf" -e "$PL_TMP/error.log" &
nginx_pid=$!
trap 'kill "$web_pid" "$nginx_pid" 2>/dev/null; wait' EXIT
i=0
until curl -sk -o /dev/null "https://127.0.0.1:$tls/" && grep -q web.serving "$PL_TMP/web.log"; do
	i=$((i + 1))
	[ "$i" -lt 100 ] || break
	sleep 0.1
done

u=https://127.0.0.1:$tls
tile=$(cd "$PELLUCID_INSTANCE/log/public" && find tile/0 -type f | sort | tail -1)
answers "a page through nginx" 200 'Latest statements' "$u/"
answers "over IPv6" 200 'Latest statements' "https://[::1]:$tls/"
answers "by HTTP/2" 200 '^HTTP/2' --http2 "$u/about"
answers "by TLS 1.3" 200 'Content-Security-Policy' --tlsv1.3 "$u/about"
answers "by TLS 1.2" 200 'Strict-Transport-Security' --tls-max 1.2 "$u/about"
answers "plain HTTP is sent to TLS" 301 'https://' "http://127.0.0.1:$plain/"
answers "the checkpoint from the disk" 200 'max-age=5' "$u/checkpoint"
answers "a tile from the disk" 200 'max-age=31536000, immutable' "$u/$tile"
answers "no tile that is not there" 404 'nosniff' "$u/tile/0/999"
answers "nothing private" 404 '' "$u/private/lock"
answers "no way out of the directory" 400 '' "$u/tile/../../../keys/passphrase"
answers "no POST" 403 '' -X POST "$u/"
answers "a 404 of the portal" 404 'There is no such page' "$u/nowhere"
kill "$web_pid"
wait "$web_pid" || bad "the portal ends with 0"
answers "tiles are served while the portal is away" 200 'immutable' "$u/$tile"
exit $failed
