# SPDX-License-Identifier: Apache-2.0
"""List the tests that a Meson build directory declares, one a line:

suite TAB name TAB timeout in seconds TAB "alone" or "together" TAB command as a shell would read it
"""
import json
import shlex
import subprocess
import sys


def main(build):
    out = subprocess.run(["meson", "introspect", "--tests", build], check=True, stdout=subprocess.PIPE).stdout
    for test in json.loads(out):
        suites = [s.split(":", 1)[-1] for s in test["suite"]] or ["unit"]
        env = test.get("env") or {}
        words = ["env"] + [f"{k}={v}" for k, v in sorted(env.items())] + test["cmd"]
        command = " ".join(shlex.quote(w) for w in words)
        if test.get("workdir"):
            command = f"cd {shlex.quote(test['workdir'])} && {command}"
        timeout = int(test.get("timeout") or 30)
        mode = "together" if test.get("is_parallel", True) else "alone"
        for suite in suites:
            print(suite, test["name"], timeout, mode, command, sep="\t")


main(sys.argv[1])
