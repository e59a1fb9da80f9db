#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The rules of tools/lint/source.py can fail, and only where they should.
set -eu
cd "$PL_SRC"
python3 tools/lint/source.py --self-test
# libFuzzer ends with 77 when it has found something, and 77 means skipped to ./test: the two must not meet.
cat >"$PL_TMP/target" <<'END'
#!/bin/sh
exit 77
END
chmod +x "$PL_TMP/target"
rc=0
PL_LONG=0 bash tools/test/fuzz.sh "$PL_TMP/target" json >"$PL_TMP/out" || rc=$?
if [ "$rc" != 1 ]; then
	echo "FAIL - a fuzz target that fails ends tools/test/fuzz.sh with $rc"
	exit 1
fi
echo "ok - a fuzz target that fails is a failure"
