#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 120
# The nginx example as it is shipped, with other paths and ports: nginx accepts it, serves tiles from the disk and pages from the portal.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
nginx=$(PATH=$PATH:/usr/sbin command -v nginx)
# A port that is free now; nginx cannot be told to take any.
free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

check "an instance is made" make_instance log.example/nginx --quorum 0
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
start web "$pellucid" web --listen "unix:$PL_TMP/web.sock" --behind-proxy
start nginx "$nginx" -p "$PL_TMP" -c "$PL_TMP/nginx.conf" -e "$PL_TMP/error.log"
ready web web.serving
soon curl -sk -o /dev/null "https://127.0.0.1:$tls/"

u=https://127.0.0.1:$tls
tile=$(cd "$PELLUCID_INSTANCE/log/public" && find tile/0 -type f | sort | tail -1)
serves "a page through nginx" 200 'Latest statements' "$u/"
serves "over IPv6" 200 'Latest statements' "https://[::1]:$tls/"
serves "by HTTP/2" 200 '^HTTP/2' --http2 "$u/about"
serves "by TLS 1.3" 200 'content-security-policy' --tlsv1.3 "$u/about"
serves "by TLS 1.2" 200 'strict-transport-security' --tls-max 1.2 "$u/about"
serves "plain HTTP is sent to TLS" 301 'https://' "http://127.0.0.1:$plain/"
serves "the checkpoint from the disk" 200 'max-age=5' "$u/checkpoint"
serves "a tile from the disk" 200 'max-age=31536000, immutable' "$u/$tile"
serves "no tile that is not there" 404 'nosniff' "$u/tile/0/999"
serves "nothing private" 404 '' "$u/private/lock"
serves "no way out of the directory" 400 '' "$u/tile/../../../keys/passphrase"
serves "no POST" 403 '' -X POST "$u/"
serves "but where a sender's secret goes in" 404 'no receipt\|receipt' -X POST --data 'secret=00000000000000000000000000' "$u/receipt"
head -c 3000000 /dev/zero >"$PL_TMP/large"
serves "files that come with a message are not too long for it" 404 '' -F "secret=00000000000000000000000000" -F "files=@$PL_TMP/large" "$u/receipt/message/tips"
serves "a 404 of the portal" 404 'There is no such page' "$u/nowhere"
kill "${pid[web]}"
check "the portal ends with 0" ended web
serves "tiles are served while the portal is away" 200 'immutable' "$u/$tile"
exit "$failed"
