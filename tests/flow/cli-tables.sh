#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# Every verb and every option of the command line has a line in a manual page and a word in the completion; help exits 0,
# nonsense exits 2.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"

check "the completion can be made" code 0 "$pellucid" --completion
completion=$(<out)
check "it is a bash script" bash -n out

# The text of a noun's manual page, between line feeds, without troff's escapes.
declare -A pages=()
page_of() { # NOUN: in $text
  local file=$PL_SRC/docs/man/pellucid-$1.1
  [[ $1 != version ]] || file=$PL_SRC/docs/man/pellucid.1
  if [[ -z ${pages[$1]:-} ]]; then
    if [[ ! -f $file ]]; then
      bad "there is no manual page for $1"
      return 1
    fi
    text=$(<"$file")
    text=${text//\\&/}
    pages[$1]=$'\n'${text//\\-/-}$'\n'
  fi
  text=${pages[$1]}
}
# No process a pattern: there are hundreds of them.
named() { # NOUN VERB: is the verb in $text?
  local re=$'(\n|[ .])'"pellucid $1 $2"$'( |\n)|\n\\.(Ss|It|Nm) (pellucid )?'"($1 )?$2"$'\\b|(Cm|Ic) '"$2"'\b'
  [[ $text =~ $re ]]
}
verbs=0 helps='' last=''
while read -r noun verb; do
  verbs=$((verbs + 1))
  page_of "$noun" || continue
  # shellcheck disable=SC2086 # an empty verb is no argument
  help=$("$pellucid" "$noun" $verb --help) || bad "pellucid $noun $verb --help"
  [[ $noun == "$last" ]] || helps+=$("$pellucid" "$noun" --help)$'\n'
  last=$noun helps+=$help$'\n'
  [[ -z $verb ]] || named "$noun" "$verb" || bad "pellucid-$noun.1 does not name the verb $verb"
  while IFS= read -r line; do
    [[ $line =~ ^'  --'([a-z0-9-]*) ]] || continue
    option=${BASH_REMATCH[1]} re="Fl -${BASH_REMATCH[1]}\\b"
    [[ $option == json || $text =~ $re ]] || bad "pellucid-$noun.1 does not name --$option of $noun $verb"
    [[ $completion == *"--$option"* ]] || bad "the completion does not know --$option"
  done <<<"$help"
done < <("$pellucid" --verbs)
check "$verbs verbs" test "$verbs" -gt 30

for nonsense in "nonsense" "log nonsense" "log append" "version --nonsense" "verify"; do
  # shellcheck disable=SC2086 # words on purpose
  check "\"pellucid $nonsense\" is refused" code 2 "$pellucid" $nonsense </dev/null
  check "with words" test -s err
done

LC_ALL=C.UTF-8 grep -E '^.{101}| $' <<<"${helps%$'\n'}" >wide || true
check "help fits 100 columns" test ! -s wide
answers "serve starts nothing where there is no instance" 3 "cannot open the instance's directory" \
  timeout 20 "$pellucid" serve --instance "$PL_TMP/nowhere"
exit "$failed"
