#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# Every page of the desk as everybody: who is let in, what is refused and how, and where the desk is not served at all.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
make_desk
desk_tool=$PL_BUILD/tests/unit/web/desk_tool
check "people with each role" "$desk_tool" people inst

# ---- every row as everybody ----
start_desk
"$desk_tool" rows >table
matrix() { python3 "$PL_SRC/tests/lib/desk_matrix.py" "$desk" table "$PL_TMP" "$1" || failed=1; }
matrix people
sql "UPDATE session SET fresh_at = 1"
matrix stale
fresh
matrix fresh
[[ $PL_ENGINES != embedded ]] || check "the sqlite3 program leaves the log of writes where it is" test -e "${PL_TEST_DB#sqlite:}-wal"
check "no session stands in what the server says" not grep -qFf ada.session web.log
stop web

# ---- where it is not served ----
set_conf web desk no
start_desk
serves "without [web] desk there is none" 404 'Error 404' "$desk/desk"
serves "nor a login" 404 'Error 404' "$desk/desk/login"
stop web
answers "which --only desk says" 3 "not yes" "$pellucid" web --only desk
set_conf web desk yes
start_desk --only portal
serves "--only portal serves none" 404 'Error 404' "$desk/desk/login"
serves "but the portal" 200 'Products' "$desk/"
stop web
start_desk --only desk
serves "--only desk serves it" 200 'Log in' "$desk/desk/login"
serves "and no portal" 404 'Error 404' "$desk/log"
stop web
set_conf web url https://portal.example/
start_desk
serves "over https the cookie is a host's own" 200 '^Set-Cookie: __Host-pl-visit=[0-9a-f]*; Path=/; HttpOnly; SameSite=Strict; Secure' "$desk/desk/login"
serves "and under another name the page says where to go" 200 'https://portal.example/desk/login' "$desk/desk/login"
serves "which it does not at home" 200 'Log in' -H 'Host: portal.example' "$desk/desk/login"
check "and says nothing of it" not grep -q 'one address only' body
stop web
set_conf web url http://portal.example/
start_desk
serves "over plain http there is none" 404 'Error 404' "$desk/desk/login"
serves "the portal is served" 200 'Products' "$desk/"
check "an event says why" grep -q 'evt=web.desk_closed .*https' web.log
stop web
set_conf web url ''
mv inst/keys/people.secret away
start_desk
serves "without the accounts' secret there is none" 404 'Error 404' "$desk/desk/login"
serves "the portal is served all the same" 200 'Products' "$desk/"
exit "$failed"
