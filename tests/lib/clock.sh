# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2034,SC2154 # read by the stories; set by steps.sh
# Sourced after steps.sh by stories in which time stands still until they say what it is (tests/lib/clock/clock.c). From then on $pellucid is a program that
# lives in that time; one that is started with CLOCK_LOOKS=1 looks at it every 20 ms of real time instead of every few seconds.
clock_is() { # RFC3339
	python3 -c 'import datetime, struct, sys
t = datetime.datetime.strptime(sys.argv[2], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)
with open(sys.argv[1], "r+b") as f:
    f.write(struct.pack("=Q", int(t.timestamp()) * 10**9))' "$PL_TMP/clock" "$1"
}
clock_count() { python3 -c 'import struct, sys; print(struct.unpack("=QQ", open(sys.argv[1], "rb").read())[1])' "$PL_TMP/clock"; }
clock_past() { [[ $(clock_count) -gt $1 ]]; }
# clock_looked: whoever looks has begun and ended a look since now
clock_looked() { soon clock_past $(($(clock_count) + 2)); }

head -c 16 /dev/zero >clock
if [[ ! -f $PL_BUILD/tests/lib/clock/libtest_clock.so ]]; then
	bad "there is a clock to set"
	exit 1
fi
clock_program=$pellucid
cat >in-time <<END
#!/bin/bash
[[ -z \${CLOCK_LOOKS:-} ]] || export PL_TEST_CLOCK_LOOKS=1
PL_TEST_CLOCK=$PL_TMP/clock LD_PRELOAD=$PL_BUILD/tests/lib/clock/libtest_clock.so exec "$clock_program" "\$@"
END
chmod 755 in-time
pellucid=$PL_TMP/in-time
