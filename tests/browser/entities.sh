#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# The pages of entities in Chromium: wide and narrow, light and dark, without JavaScript; axe finds nothing; red duties say why in words.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/books.sh
. "$PL_SRC/tests/lib/books.sh"
make_instance log.example/group --quorum 0 >/dev/null
check "the group is stated" entity import "$PL_SRC/demo/entities.csv"
# Drills of last month, so that the same five are red on every day.
sed "s/,2025-[0-9-]*,/,$(date -u -d '30 days ago' +%F),/" "$PL_SRC/demo/duties.csv" >duties.csv
check "its duties, too" duty import duties.csv
check "books are opened" open_books
check "and filled" book import --before-register "$PL_SRC/demo/books.csv"
check "and closed" book close example-vendor-de 2025-H1
check "a key is introduced" "$pellucid" key new example-vendor-de --role entity
check "and attests" book attest example-vendor-de 2025-H1
[[ $failed == 0 ]] || exit 1
start web "$pellucid" web --listen 127.0.0.1:0 --rate 1000000
ready web web.serving
node "$PL_SRC/tests/browser/entities.mjs" "http://127.0.0.1:${port[web]}" || failed=1
exit "$failed"
