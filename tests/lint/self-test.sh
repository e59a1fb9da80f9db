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
# What cannot be built and engines that are not there make their tests fail; nothing of that is skipped.
cat >"$PL_TMP/settle.bash" <<'END'
. tools/test/lib.sh
declare -A BUILT=([gcc]=ok [asan]=broken [scale]=broken [embedded]=ok)
PASSED=0 FAILED=0 SKIPPED=0 FAILURES=()
T_NAME=(good no-engine no-build skipped) T_BUILD=(gcc gcc asan gcc) T_ENGINES=(embedded scale none scale) T_SKIP=('' '' '' 'its reason')
for i in 0 1 2 3; do
  settle $i >/dev/null && echo "${T_NAME[i]} settled" || echo "${T_NAME[i]} runs"
done
echo "failed $FAILED skipped $SKIPPED: ${FAILURES[*]}"
END
bash "$PL_TMP/settle.bash" >"$PL_TMP/settled"
printf '%s\n' 'good runs' 'no-engine settled' 'no-build settled' 'skipped settled' 'failed 2 skipped 1: no-engine no-build' >"$PL_TMP/expected"
if ! cmp "$PL_TMP/settled" "$PL_TMP/expected"; then
	echo "FAIL - a missing engine or build is not a failure of its tests:"
	cat "$PL_TMP/settled"
	exit 1
fi
echo "ok - a missing engine or build is a failure"
