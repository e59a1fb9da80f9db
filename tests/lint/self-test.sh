#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The rules of tools/lint/source.py can fail, and only where they should.
set -eu
cd "$PL_SRC"
python3 tools/lint/source.py --self-test
