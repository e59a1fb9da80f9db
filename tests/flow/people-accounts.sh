#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 300
# Accounts at the terminal: the first administrator, invitations, logins, a role that two administrators give, the end of an
# account, and events whose edited and deleted rows are named; nothing personal stands in the database.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/canary.sh
. "$PL_SRC/tests/lib/canary.sh"
# shellcheck source=tests/lib/people.sh
. "$PL_SRC/tests/lib/people.sh"

check "the instance is made" make_instance people.example/log
canary_begin
export PELLUCID_INSTANCE=$PL_TMP/inst

# ---- the first administrator ----
answers "there is nobody yet" 3 "account first" account list
answers "the first administrator gets a one-time code" 0 '"code"' account first ada --email ada.lovelace@example.org --json
code=$(member code)
if [[ $(stat -c %a inst/keys/people.secret) == 600 ]]; then good "the secret file is its owner's"; else bad "the secret file"; fi
answers "there is one first administrator" 3 "already" account first eve
answers "a wrong code opens nothing" 1 "not right" sh -c "echo AAAA-BBBB | '$pellucid' account password"
if enrol ada "$code"; then good "the code sets a password with one-time codes"; else bad "enrolment"; fi
answers "the code is good once" 1 "not right" sh -c "echo $code | '$pellucid' account password"
answers "a wrong password does not log in" 1 "is not right" \
	sh -c "printf 'wrong\n123456\n' | '$pellucid' account login ada --session ada.session"
answers "somebody unknown gets the same answer" 1 "is not right" \
	sh -c "printf 'wrong\n123456\n' | '$pellucid' account login nobody --session ada.session"
answers "ada logs in" 0 "logged in" login ada
if [[ $(stat -c %a ada.session) == 600 ]]; then good "the session file is its owner's"; else bad "the session file"; fi

# ---- one alone ----
answers "nothing goes without a login" 2 "who are you" account add bob --role desk
answers "one administrator invites alone" 0 '"proposed":false' account add bob --role administrator --session ada.session --json
code=$(member code)
enrol bob "$code" || bad "bob enrols"
answers "bob logs in" 0 "logged in" login bob
answers "bob is an administrator" 0 "bob .*active .*administrator" account show bob

# ---- two together ----
answers "now a role needs two" 0 '"proposed":true' account add carlbrunnvogel --role legal,officer --session ada.session --json
decision=$(member decision)
code=$(member code)
enrol carlbrunnvogel "$code" || bad "carlbrunnvogel enrols"
answers "carlbrunnvogel has no role yet" 0 '"roles":"none","state":"active"' account show carlbrunnvogel --json
answers "the proposal is shown with what it says" 0 "to legal,officer" account decisions
answers "who proposed does not approve" 1 "cannot approve" account approve "$decision" --session ada.session
answers "carlbrunnvogel does not approve" 0 "logged in" login carlbrunnvogel
answers "carlbrunnvogel is no administrator" 1 "another role" account approve "$decision" --session carlbrunnvogel.session
answers "bob approves" 0 "done" account approve "$decision" --session bob.session
answers "carlbrunnvogel has his roles" 0 "legal,officer" account show carlbrunnvogel
answers "once only" 3 "closed" account approve "$decision" --session bob.session
answers "a proposal is refused" 0 '"proposed":true' account role remove carlbrunnvogel legal --session bob.session --json
decision=$(member decision)
answers "by another" 0 "done" account refuse "$decision" --session ada.session
answers "and stays refused" 3 "refused" account approve "$decision" --session ada.session
answers "somebody else ends nobody" 1 "administrator" account end bob --session carlbrunnvogel.session
answers "an administrator is not ended by one" 0 '"proposed":true' account end bob --session ada.session --json
answers "others are" 0 "done" account end carlbrunnvogel --session ada.session
answers "and are logged out" 1 "nobody is logged in" account role add bob desk --session carlbrunnvogel.session
answers "sessions are listed" 0 "^ada .*recovery" account sessions
answers "one ends one's own" 0 "done" account sessions --end bob --session bob.session
answers "after which there is none" 1 "nobody is logged in" account role add bob desk --session bob.session
answers "logout" 0 "logged out" account logout --session ada.session

# ---- events ----
answers "events say what happened" 0 "login-bad .*password" account events
answers "with who did it" 0 "ended .*carlbrunnvogel .*by ada" account events --limit 100
answers "the chain is whole" 0 '"head"' account events --verify --json
head=$(member head)
answers "and contains what was noted" 0 "none edited" account events --verify --noted "$head"
answers "another history is not the one that was noted" 1 "another one" \
	account events --verify --noted "3:0000000000000000000000000000000000000000000000000000000000000000"
answers "nor is an older copy" 1 "older database was restored" \
	account events --verify --noted "9999:0000000000000000000000000000000000000000000000000000000000000000"
check "the database refuses to delete an event" not sql "DELETE FROM account_event WHERE number = 4"
if [[ $PL_ENGINES == scale ]]; then
	sql "DROP TRIGGER account_event_no_change ON account_event"
else
	sql "DROP TRIGGER account_event_no_update; DROP TRIGGER account_event_no_delete"
fi
sql "UPDATE account_event SET detail = 'nothing' WHERE number = 6"
answers "an edited event is named" 1 "event 6 was edited" account events --verify
sql "DELETE FROM account_event WHERE number = 4"
answers "a deleted event is named" 1 "event 4 is missing" account events --verify

# ---- canaries ----
check "a word that is there is found" somewhere people.example
nowhere_at_all "at the end" lovelace ada.lovelace@example.org carlbrunnvogel 'has a long password' "$(head -n 1 ada.codes)" "\$argon2id"
mv inst/keys/people.secret away
answers "without the secret file nothing opens" 3 "secret file" account list
answers "and no new one is made" 3 "backup" account first eve
exit "$failed"
