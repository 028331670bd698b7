#!/usr/bin/env python3
"""Runs `cargo bench --bench core` and holds each figure against the last time's.

Usage: python3 benches/against.py [FILTER ...]

The times are kept by criterion under `target/criterion`, as the baseline `last`. Ends with 1 where something takes more than
a quarter longer than last time: run it again before you believe it, and on a machine that does nothing else.
"""

import json
import pathlib
import subprocess
import sys

KEPT = pathlib.Path("target/criterion")
TOO_MUCH = 1.25


def medians() -> dict[str, float]:
    """Nanoseconds by what was measured, as they were kept."""
    kept = {}
    for path in KEPT.glob("**/last/estimates.json"):
        name = str(path.parent.parent.relative_to(KEPT))
        kept[name] = json.loads(path.read_text())["median"]["point_estimate"]
    return kept


def main() -> int:
    before = medians()
    subprocess.run(
        ["cargo", "bench", "--bench", "core", "--", "--save-baseline", "last", *sys.argv[1:]],
        check=True,
    )
    slower = []
    for name, now in sorted(medians().items()):
        then = before.get(name)
        if then is None:
            print(f"{name:40} {now / 1e6:10.2f} ms  new")
            continue
        ratio = now / then
        print(f"{name:40} {now / 1e6:10.2f} ms  {ratio:5.2f} x")
        if ratio > TOO_MUCH:
            slower.append(name)
    for name in slower:
        print(f"slower: {name}", file=sys.stderr)
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
