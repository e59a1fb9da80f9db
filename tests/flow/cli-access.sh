#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# What may not be read or written is "could not find out" (exit 3), never "no" (exit 1): the commands are run as somebody who
# owns none of the files. A refusal stays a refusal.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"

# The build may lie where nobody else can go, so the program comes along.
room=$(mktemp -d /var/tmp/pellucid-access-XXXXXX)
trap 'rm -rf "$room"' EXIT
chmod 755 "$room"
cp "$PL_BUILD/src/cli/pellucid" "$room/pellucid"
pellucid=$room/pellucid
umask 022

as_nobody() { # COMMAND...
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all -- "$@"
	else
		"$@"
	fi
}
unable() { # WHAT COMMAND...
	what=$1
	shift
	answers "$what" 3 'no permission' as_nobody "$@"
}

"$pellucid" log init "$room/log" --origin access.example/log >"$room/vkey" 2>/dev/null
echo 'first' | "$pellucid" log append "$room/log" --lines >/dev/null
chmod 755 "$room/log" "$room/log/public"
answers "what may be read is read" 0 access.example/log as_nobody "$pellucid" log checkpoint "$room/log/public"
chmod 000 "$room/log/public/checkpoint"
unable "a checkpoint that may not be read" "$pellucid" log checkpoint "$room/log/public"
unable "nor verified" "$pellucid" log verify "$room/log/public" --vkey "$(cat "$room/vkey")"
chmod 644 "$room/log/public/checkpoint"
chmod 000 "$room/log/private"
echo 'second' >"$room/line"
answers "a log that may not be written" 3 'no permission' as_nobody "$pellucid" log append "$room/log" --lines <"$room/line"
chmod 700 "$room/log/private"
find "$room/log/public/tile" -type f -exec chmod 000 {} +
unable "tiles that may not be read are no finding of fsck" "$pellucid" log fsck "$room/log/public" --vkey "$(cat "$room/vkey")"

echo 'a passphrase of its own' >"$room/words"
echo 'another passphrase, wrong' >"$room/wrong"
chmod 600 "$room/words" "$room/wrong"
"$pellucid" key make "$room/mine" --passphrase-file "$room/words" >/dev/null
chmod 000 "$room/mine"
unable "a key file" "$pellucid" key public "$room/mine"
chmod 600 "$room/mine"
answers "a wrong passphrase is a refusal" 1 'wrong passphrase' "$pellucid" log append "$room/log" --lines \
	--passphrase-file "$room/wrong"
answers "and so are words that others may read" 1 'others may read' "$pellucid" log append "$room/log" --lines \
	--passphrase-file "$room/line"

"$pellucid" init "$room/instance" --origin access.example/instance >/dev/null 2>&1
chmod 711 "$room/instance"
chmod 600 "$room/instance/pellucid.conf"
unable "the configuration of an instance" "$pellucid" product list --instance "$room/instance"
chmod 644 "$room/instance/pellucid.conf"
answers "its database" 3 '' as_nobody "$pellucid" product list --instance "$room/instance"

if [ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then
	answers "a file system that cannot be written" 3 'no permission' unshare --mount sh -c \
		'mount --bind "$1/log" "$1/log" && mount -o remount,ro,bind "$1/log" && exec "$1/pellucid" log append "$1/log" --lines <"$1/line"' \
		sh "$room"
else
	echo "ok - a file system that cannot be written is not tried: no name spaces here"
fi
exit "$failed"
