#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py BASE DIRECTORY PART...: attack the forms at BASE (tests/flow/form-attacks.sh). DIRECTORY: what was made, mailed and logged in."""
import importlib
import sys

import client

for part in sys.argv[3:]:
    print(f"---- {part}", flush=True)
    importlib.import_module(part).run(sys.argv[2])
client.done()
