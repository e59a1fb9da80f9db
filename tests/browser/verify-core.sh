#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build: none
# The script of the verify page, without a browser.
set -eu
exec node "$PL_SRC/tests/browser/core.mjs"
