#!/usr/bin/env python3
"""Times `plan` over 1,000 orgs against an emulator that takes 20 ms for each request, beside the ideal."""

import math
import os
import subprocess
import tempfile
import time

BINARY = os.path.abspath("target/release/aerialctl")
ORGS, MS = 1000, 20


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        products = "products: [P000052, P000131]"
        with open("aerial.yaml", "w") as file:
            file.write("version: 1\naccount: {id: 0227mkkf8ulgt48bkidcd8ekqft}\norgs:\n")
            file.writelines(f"  - {{domain: org-{n}.okta.com, {products}}}\n" for n in range(ORGS))
        with open("seed.yaml", "w") as file:
            file.write("account: {id: 0227mkkf8ulgt48bkidcd8ekqft}\norgs:\n")
            file.write("  - {domain: acme-aerial.okta.com, aerialOrg: true}\n")
            file.writelines(f"  - {{domain: org-{n}.okta.com, {products}}}\n" for n in range(ORGS))
        server = subprocess.Popen(
            [BINARY, "emulator", "--seed", "seed.yaml", "--latency-ms", str(MS)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        origin = server.stdout.readline().split()[-1]
        env = {**os.environ, "AERIAL_ENDPOINT": origin, "AERIAL_ISSUER": origin}
        for concurrency in (8, 10):
            ideal = (math.ceil((ORGS + 1) / 100) + ORGS / concurrency) * MS / 1000
            best = math.inf
            for _ in range(5):
                start = time.monotonic()
                subprocess.run([BINARY, "plan", "--concurrency", str(concurrency)],
                               env=env, check=True, capture_output=True)
                best = min(best, time.monotonic() - start)
            print(f"{concurrency} at a time: {best:.2f} s, ideal {ideal:.2f} s, {best / ideal:.2f} x")
        server.terminate()
        server.wait()


main()
