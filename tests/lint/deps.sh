#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The lists in deps/ are complete for what the tests just did, in order, and without doubles.
set -eu
cd "$PL_SRC"
if [ -n "$(tools/install-deps.sh --check build run test)" ]; then
  echo "FAIL - packages are missing although ./test installed them:"
  tools/install-deps.sh --check build run test
  exit 1
fi
echo "ok - everything listed is installed"
if tools/install-deps.sh --check nothing 2>/dev/null; then
  echo "FAIL - an unknown list was accepted"
  exit 1
fi
echo "ok - an unknown list is refused"
twice=$(sed 's/#.*//; s/[[:space:]]*$//; s/^.*://; /^$/d' deps/*.txt | sort | uniq -d)
if [ -n "$twice" ]; then
  echo "FAIL - listed twice: $twice"
  exit 1
fi
echo "ok - nothing is listed twice"

# What ./run starts comes from the lists that ./run installs.
commands() { python3 tools/lint/commands.py "$@"; }
cat >"$PL_TMP/story.sh" <<'SCRIPT'
#!/bin/bash
# frobnicate in a comment
helper() { git status; }
words=(frobnicate-1 frobnicate-2)
case $1 in
  frobnicate-3 | frobnicate-4) helper "frobnicate-5; frobnicate-6" ;;
  *) cat <<HERE ;;
frobnicate-7
HERE
esac
[[ $1 == frobnicate-8 || ( -n $2 && $2 < frobnicate-9 ) ]] && N=1 python3 frobnicate-10 >frobnicate-11 2>&1
SCRIPT
if ! commands "$PL_TMP/story.sh"; then
  echo "FAIL - a script of commands that are there was refused"
  exit 1
fi
n=0
while IFS= read -r line; do
  n=$((n + 1))
  { cat "$PL_TMP/story.sh" && printf '%s\n' "$line"; } >"$PL_TMP/bad.sh"
  if commands "$PL_TMP/bad.sh" >"$PL_TMP/said" || ! grep -Eq '^(frobnicate|qpdf): ' "$PL_TMP/said"; then
    echo "FAIL - a command that no list provides was not seen: $line"
    exit 1
  fi
done <<'LINES'
frobnicate
qpdf --check
cat x | frobnicate
words=$(qpdf x)
words=("$(frobnicate)" x)
check id "words of a check" frobnicate x
if ! { true && frobnicate; }; then :; fi
for x in 1 2; do frobnicate "$x"; done
case x in y) frobnicate ;; esac
x="a $(cat <(frobnicate)) b"
LINES
echo "ok - $n ways to start a command that is not there are seen"
commands run tools/run/*.sh tools/*.sh || {
  echo "FAIL - ./run starts what deps/build.txt and deps/run.txt do not provide"
  exit 1
}
echo "ok - what ./run starts is listed"

# Pellucid builds itself from what its recipe names.
grep -v '^package = libsodium-dev$' demo/pellucid.recipe >"$PL_TMP/recipe"
if commands --recipe "$PL_TMP/recipe" >/dev/null; then
  echo "FAIL - a recipe without libsodium-dev was accepted"
  exit 1
fi
commands --recipe || {
  echo "FAIL - demo/pellucid.recipe lacks what the build needs"
  exit 1
}
echo "ok - the recipe names every -dev package of deps/build.txt"
