#!/usr/bin/env python3
"""Runs `cargo bench --bench core` and holds each figure against the last time's.

Usage: python3 benches/against.py [FILTER]       such as 'plan each/1000$', a regular expression

The times are kept by criterion under `target/criterion`, as the baseline `last`. Ends with 1 where something takes more than
a quarter longer than last time: run it again before you believe it, and on a machine that does nothing else.
"""

import json
import pathlib
import subprocess
import sys
import time

KEPT = pathlib.Path("target/criterion")
TOO_MUCH = 1.25


def medians(since: float = 0.0) -> dict[str, float]:
    """Nanoseconds by what was measured, as they were kept since a time."""
    kept = {}
    for path in KEPT.glob("**/last/estimates.json"):
        if path.stat().st_mtime < since:
            continue
        name = str(path.parent.parent.relative_to(KEPT))
        kept[name] = json.loads(path.read_text())["median"]["point_estimate"]
    return kept


def main() -> int:
    before = medians()
    started = time.time()
    subprocess.run(
        ["cargo", "bench", "--bench", "core", "--", "--save-baseline", "last", *sys.argv[1:]],
        check=True,
    )
    slower = []
    for name, now in sorted(medians(started).items()):
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
