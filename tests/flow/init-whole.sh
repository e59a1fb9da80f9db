#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# `init` and `log init` make all or nothing: what fails leaves what was there before, and after a kill at any moment the same
# command comes to its end.
set -eu
if [ -z "${PL_INIT_INSIDE:-}" ]; then
	flags=-m
	[ "$(id -u)" = 0 ] || flags=-Urm
	PL_INIT_INSIDE=1 exec unshare "$flags" "$0"
fi
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
trap 'stop_all; umount small 2>/dev/null || true' EXIT

# What a place looks like, times aside.
picture() { (cd "$1" && find . -mindepth 1 -printf '%y %m %s %p\n' | sort && find . -type f -exec sha256sum {} + | sort); }
# A new database and blob store of the engine set, into $engines.
fresh() {
	eval "$("$PL_SRC/tests/engines/fresh.sh" "$PL_TMP/engines")"
	engines=(--db "$PL_TEST_DB" --blob "$PL_TEST_BLOB")
}
mkdir -p engines place/there
fresh
echo mine >place/there/witnesses.txt

# refused WHAT CODE WORDS COMMAND...: it fails, and nothing below place or engines has changed.
refused() {
	picture place >before
	[ "${PL_ENGINES:-embedded}" = scale ] || picture engines >>before
	answers "$@"
	picture place >after
	[ "${PL_ENGINES:-embedded}" = scale ] || picture engines >>after
	if ! diff before after >different; then
		bad "$1: nothing is left"
		cat different
	fi
}

init=("$pellucid" init place/new/deep/inst --origin whole.example/one --purpose test)
echo "# an instance"
refused "a bad origin" 2 'an origin has' "$pellucid" init place/new --origin 'no good' "${engines[@]}"
refused "a database that cannot be reached" 3 'cannot connect' "${init[@]}" --db postgres://nobody@127.0.0.1:1/none
PL_S3_KEY=a PL_S3_SECRET=b refused "a blob store that cannot be reached" 3 'Failed to connect' "${init[@]}" --db "$PL_TEST_DB" \
	--blob s3:http://127.0.0.1:1/nothing
refused "a directory that holds what it would make" 2 'holds a "keys" already' bash -c \
	'mkdir place/there/keys && trap "rmdir place/there/keys" EXIT && "$@"' - "$pellucid" init place/there --origin whole.example/one \
	"${engines[@]}"
check "the same origin and engines are still to be had" "$pellucid" init place/there --origin whole.example/one --purpose test \
	"${engines[@]}"
same "what lay there is as it was" mine "$(cat place/there/witnesses.txt)"
check "it is an instance" "$pellucid" doctor --instance place/there
same "and nothing else" "" "$(find place/there -name '.init*')"
refused "an instance is not made twice" 2 'holds an instance already' "$pellucid" init place/there --origin whole.example/two
refused "nor is an origin used twice in one database" 2 'a record of this log already' "$pellucid" init place/second --origin whole.example/one \
	--db "$(sed -n 's/^database = //p' place/there/pellucid.conf | sed "s|^sqlite:\([^/]\)|sqlite:$PWD/place/there/\1|")" --blob "$PL_TEST_BLOB"

# broken-off WHAT COMMAND...: an init with DIR as its last word was killed; it is said so, and the same command makes it whole.
mended=0 complete=0
broken_off() {
	local dir=${*: -1}
	if [ -e "$dir/pellucid.conf" ]; then
		complete=$((complete + 1))
		"$@" >out 2>err || grep -q 'holds an instance already' err || { bad "completed after a kill: $(cat err)"; return; }
	else
		if [ -e "$dir/.init" ] && ! "$pellucid" doctor --instance "$dir" 2>&1 | grep -q 'broken off'; then
			bad "doctor names the init that was broken off"
		fi
		mended=$((mended + 1))
		"$@" >out 2>err || { bad "again after a kill: $(cat err)"; return; }
	fi
	if ! "$pellucid" doctor --instance "$dir" >out 2>err || [ -e "$dir/.init" ]; then
		bad "an instance after a kill: $(cat out err)"
	fi
	grep -q '3 of 3 entries are shown' out || "$pellucid" log status --instance "$dir" --json >out || true
}
calls="mkdirat renameat2 fsync fdatasync unlinkat"
[ "${PL_ENGINES:-embedded}" = embedded ] || calls="$calls sendto"
kills() { # PER-CALL DIR COMMAND...: kill at moments spread over all calls of each kind
	local per=$1 dir=$2 call n count step
	shift 2
	for call in $calls; do
		rm -rf "$dir" "$dir.record"
		[ "$again" != broken_off ] || fresh
		strace -qq -o trace -e trace="$call" "$@" "${engines[@]}" "$dir" >/dev/null 2>&1
		count=$(grep -c "^$call(" trace || true)
		step=$((count / per + 1))
		[ "${PL_LONG:-0}" = 0 ] || step=1
		for ((n = 1; n <= count; n += step)); do
			rm -rf "$dir" "$dir.record"
			[ "$again" != broken_off ] || fresh
			(strace -qq -o /dev/null -e trace="$call" -e inject="$call:signal=KILL:when=$n" "$@" "${engines[@]}" "$dir" || true) \
				>/dev/null 2>&1
			"$again" "$@" "${engines[@]}" "$dir"
		done
	done
}
again=broken_off
before=$failed
kills 2 killed "$pellucid" init --origin whole.example/killed --purpose test
[ "$failed" != "$before" ] || good "after a kill the same command makes it whole ($mended times again, $complete were complete)"

echo "# killed between the transaction and the move"
fresh
whole=("$pellucid" init moved --origin whole.example/moved --purpose test "${engines[@]}")
vkey=$("${whole[@]}" 2>/dev/null)
mkdir -p moved.init/new
printf 'sha256:%s' "$("$pellucid" log prove moved/log 0 | sed -n 's/^extra //p' | base64 -d | sha256sum | cut -d' ' -f1)" >moved.init/inception
mv moved/* moved.init/new/
(umask 177 && : >moved.init/lock)
mv moved.init moved/.init
cp moved/.init/new/pellucid.conf conf
sed -i 's|^database = .*|database = postgres://nobody@127.0.0.1:1/none|' moved/.init/new/pellucid.conf
picture moved >before
answers "whether it exists only the database can say" 3 'cannot find out whether' "${whole[@]}"
picture moved >after
check "until it does, nothing is touched" cmp before after
answers "whoever opens it is told" 3 'init was broken off' "$pellucid" doctor --instance moved
cp conf moved/.init/new/pellucid.conf
answers "then it is completed" 0 "$vkey" "${whole[@]}"
check "it is an instance" "$pellucid" doctor --instance moved
same "with nothing left over" "" "$(find moved -name '.init*')"

echo "# a full disk"
mkdir small
full() { # COMMAND... DIR
	local dir=${*: -1} size
	for size in 64k 512k 2m 8m 64m; do
		[ "$again" != broken_off ] || fresh
		mount -t tmpfs -o "size=$size" tmpfs small
		rc=0
		"$@" >out 2>err || rc=$?
		if [ "$rc" = 0 ]; then
			good "with $size it is made"
			umount small
			return
		fi
		if grep -q 'not published yet' err; then
			mount -o remount,size=64m tmpfs small
			check "with $size it is there, and published when there is room" "$pellucid" log checkpoint "$dir/log"
		elif [ "$rc" = 3 ] && grep -qi 'no space\|full' err && [ -z "$(ls -A small)" ]; then
			good "with $size there is no room, and nothing is left"
		else
			bad "with $size (exit code $rc)"
			cat err
			ls -AR small
		fi
		umount small
	done
	bad "with 64m it is made"
}
in_small() { "$pellucid" init small/inst --origin whole.example/full --purpose test --blob "$PL_TEST_BLOB" ${db[@]+"${db[@]}"}; }
db=()
[ "${PL_ENGINES:-embedded}" = embedded ] || db=(--db URL)
instance_in_small() { # DIR
	[ "${#db[@]}" = 0 ] || db=(--db "$PL_TEST_DB")
	in_small
}
full instance_in_small small/inst
[ "${PL_ENGINES:-embedded}" = embedded ] || exit "$failed"

echo "# a log"
again=log_broken_off
engines=()
echo nonsense >policy
refused "a bad origin" 2 'cannot be an origin' "$pellucid" log init place/a/log --origin 'no good'
refused "a policy that is none" 2 '' "$pellucid" log init place/a/log --origin whole.example/log --policy policy
refused "a policy that is not there" 3 'cannot be read' "$pellucid" log init place/a/log --origin whole.example/log --policy none
refused "a directory that is not empty" 2 'not empty' "$pellucid" log init place/there --origin whole.example/log
check "then it is made" "$pellucid" log init place/a/log --origin whole.example/log
refused "and not twice" 2 'not empty' "$pellucid" log init place/a/log --origin whole.example/log
rm -rf place/a/log
refused "nor a log whose record is there" 2 'a record of this log already' "$pellucid" log init place/a/log --origin whole.example/log
log_broken_off() {
	local dir=${*: -1}
	if [ -e "$dir/public/checkpoint" ]; then
		complete=$((complete + 1))
		"$@" >out 2>err || grep -q 'not empty' err || bad "completed after a kill: $(cat err)"
	else
		mended=$((mended + 1))
		"$@" >out 2>err || { bad "again after a kill: $(cat err)"; return; }
	fi
	[ ! -e "$dir/.init" ] || bad "something is left"
	if ! echo line | "$pellucid" log append "$dir" --lines >out 2>err || ! "$pellucid" log fsck "$dir" >out 2>err; then
		bad "a log after a kill: $(cat out err)"
	fi
}
mended=0 complete=0 before=$failed
kills 4 log "$pellucid" log init --origin whole.example/killed
[ "$failed" != "$before" ] || good "after a kill the same command makes it whole ($mended times again, $complete were complete)"
full "$pellucid" log init --origin whole.example/log small/log
exit "$failed"
