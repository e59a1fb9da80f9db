#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# Every verb and every option of the command line has a line in a manual page and a word in the completion; help exits 0,
# nonsense exits 2.
set -eu
pellucid=$PL_BUILD/src/cli/pellucid
failed=0

no() {
  echo "FAIL - $1"
  failed=1
}

man=$PL_SRC/docs/man
"$pellucid" --completion >"$PL_TMP/completion"
bash -n "$PL_TMP/completion" && echo "ok - the completion is a bash script"

verbs=0
while read -r noun verb; do
  verbs=$((verbs + 1))
  page=$man/pellucid-$noun.1
  [[ $noun == version ]] && page=$man/pellucid.1
  if [[ ! -f $page ]]; then
    no "no manual page for $noun"
    continue
  fi
  # shellcheck disable=SC2086 # an empty verb is no argument
  help=$("$pellucid" "$noun" $verb --help) || no "pellucid $noun $verb --help"
  text=$(sed 's/\\&//g; s/\\-/-/g' "$page")
  if [[ -n $verb ]] && ! grep -qE "(^|[ .])pellucid $noun $verb( |\$)|^\.(Ss|It|Nm) (pellucid )?($noun )?$verb\b|Cm $verb\b|Ic $verb\b" <<<"$text"; then
    no "pellucid-$noun.1 does not name the verb $verb"
  fi
  while read -r option; do
    [[ $option == json ]] || grep -qE -- "Fl -$option\b" <<<"$text" || no "pellucid-$noun.1 does not name --$option of $noun $verb"
    grep -q -- "--$option" "$PL_TMP/completion" || no "the completion does not know --$option"
  done < <(sed -n 's/^  --\([a-z0-9-]*\).*/\1/p' <<<"$help")
done < <("$pellucid" --verbs)
[[ $verbs -gt 30 ]] && echo "ok - $verbs verbs"

for nonsense in "nonsense" "log nonsense" "log append" "version --nonsense" "verify"; do
  code=0
  # shellcheck disable=SC2086 # words on purpose
  "$pellucid" $nonsense >/dev/null 2>"$PL_TMP/words" </dev/null || code=$?
  if [[ $code -eq 2 && -s $PL_TMP/words ]]; then
    echo "ok - \"pellucid $nonsense\" is refused with words"
  else
    no "\"pellucid $nonsense\" ended with $code"
  fi
done

wide=$(while read -r noun verb; do
  # shellcheck disable=SC2086 # an empty verb is no argument
  "$pellucid" "$noun" --help && "$pellucid" "$noun" $verb --help
done < <("$pellucid" --verbs) | LC_ALL=C.UTF-8 grep -E '^.{101}| $' || true)
if [[ -z $wide ]]; then
  echo "ok - help fits 100 columns"
else
  no "help is too wide, or ends with a space: $wide"
fi

code=0
timeout 20 "$pellucid" serve --instance "$PL_TMP/nowhere" 2>"$PL_TMP/words" || code=$?
if [[ $code -eq 3 ]] && grep -q "cannot open the instance's directory" "$PL_TMP/words"; then
  echo "ok - serve starts nothing where there is no instance"
else
  no "serve without an instance ended with $code"
fi
exit "$failed"
