#!/usr/bin/env python3
"""Measures aerialctl beside what else would do its work: the same account, the same change, the same latency.

    python3 benches/compare/run.py [--quick] [--only NAME,…] [--markdown]

What it needs it brings itself, under `target/compare`. The tables say how they are meant.
"""

import argparse
import math
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import account
import install
import table
import tools
from server import IN_FLIGHT, Server, overhead

PAGE = 100


@dataclass(frozen=True)
class Case:
    size: int
    latency: int
    # Whether an admin changed some orgs; otherwise the account is as the files want it.
    drift: bool
    apply: bool
    runs: int
    # How many orgs he changed.
    changes: int
    # The only tools that are tried; all, where empty.
    only: tuple[str, ...] = ()

    def limit(self) -> float:
        """Seconds for whoever reads everything, ten at a time without a gap, and writes what differs."""
        writes = self.changes if self.apply and self.drift else 0
        requests = math.ceil((self.size + 1) / PAGE) + self.size + writes
        return requests * self.latency / 1000 / IN_FLIGHT


@dataclass
class Result:
    case: Case
    tool: str
    wall: float
    requests: int
    cpu: float
    memory: float


@dataclass
class Left:
    """A tool that wasn't run, and why."""

    case: Case
    tool: str
    why: str


WHOLE = ("aerialctl",)
OWN = ("aerialctl", "aerialctl --since", "aerialctl --incremental")


def cases(quick: bool) -> list[Case]:
    """The important ones first: what the budget has no room for is at the end."""

    def of(size: int, latency: int, runs: int, modes: str, only: tuple[str, ...] = ()) -> list[Case]:
        changes = max(5, size // 100)
        kinds = {"c": (False, False), "d": (True, False), "a": (True, True), "n": (False, True)}
        return [Case(size, latency, *kinds[mode], runs, changes, only) for mode in modes]

    if quick:
        return [*of(100, 20, 1, "cnda"), *of(1000, 20, 1, "da")]
    bulk = [Case(1000, 50, True, apply, 3, 500, WHOLE) for apply in (False, True)]
    return [
        *of(100, 20, 3, "cnda"),
        *of(1000, 20, 3, "da"),
        *of(1000, 20, 1, "cn"),
        *bulk,
        *of(100, 100, 1, "da"),
        *of(5000, 20, 1, "da", tuple(name for name in tools.NAMES if name != "curl with xargs")),
        *of(1000, 100, 1, "da"),
        *of(5000, 100, 1, "d", OWN),
    ]


class Bench:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.end = time.monotonic() + options.budget
        self.binary = install.aerialctl(options.aerialctl)
        for name in options.only:
            if name not in tools.NAMES:
                raise SystemExit(f"--only: {name} is none of {', '.join(tools.NAMES)}")
        self.tools = tools.all_tools(self.binary, options.only)
        self.results: list[Result] = []
        self.left: list[Left] = []
        # By latency: the server alone.
        self.overheads: dict[int, tuple[float, float]] = {}
        # By tool: the largest size so far, and the seconds beyond the limit that it took there for each org.
        self.slowness: dict[str, tuple[int, float]] = {}

    def run(self) -> None:
        everything = cases(self.options.quick)
        places = sorted({(case.size, case.latency) for case in everything}, key=lambda key: first(everything, key))
        for size, latency in places:
            here = [case for case in everything if (case.size, case.latency) == (size, latency)]
            with tempfile.TemporaryDirectory(dir=install.KEPT) as folder:
                self.place(Path(folder), size, latency, here)

    def place(self, folder: Path, size: int, latency: int, here: list[Case]) -> None:
        """All that is measured of one size and latency, on one server."""
        seed, kept = folder / "seed.yaml", folder / "account.json"
        seed.write_text(account.seed(size))
        changes = here[0].changes
        # What is known from yesterday is read without latency, by the same address.
        server = Server(self.binary, ["--seed", str(seed), "--state", str(kept)], 0)
        try:
            place = tools.prepare(folder, server, size, changes)
            if any(tool.name == "aerialctl --incremental" and not tool.absent for tool in self.tools):
                tools.learn(self.binary, place)
        finally:
            server.stop()
        place.server = Server(self.binary, ["--seed", str(kept)], latency, server.port)
        try:
            if latency not in self.overheads:
                self.overheads[latency] = overhead(place.server, latency)
            for case in sorted(here, key=lambda case: case.drift):
                if case.drift:
                    place.server.take_away(account.drifted(size, changes))
                self.case(place, case)
        finally:
            place.server.stop()

    def case(self, place: tools.Place, case: Case) -> None:
        measured: dict[str, list[Result]] = {}
        chosen = []
        for tool in self.tools:
            why = self.reason(tool, case)
            if why:
                self.left.append(Left(case, tool.name, why))
            else:
                chosen.append(tool)
        for turn in range(case.runs):
            # Each is first once, so that what disturbs the machine meets all alike.
            at = turn % max(1, len(chosen))
            for tool in [*chosen[at:], *chosen[:at]]:
                if tool.slow and turn > 0:
                    continue
                if time.monotonic() + case.limit() > self.end and turn > 0:
                    continue
                outcome = self.measure(place, case, tool)
                if isinstance(outcome, Left):
                    self.left.append(outcome)
                    chosen = [other for other in chosen if other is not tool]
                else:
                    measured.setdefault(tool.name, []).append(outcome)
        for runs in measured.values():
            self.results.append(table.middle(runs))

    def reason(self, tool: tools.Tool, case: Case) -> str | None:
        """Why a tool isn't tried at a case."""
        if tool.absent:
            return f"not available here: {tool.absent}"
        if case.only and tool.name not in case.only:
            return "left out by rule: too long for what it would add"
        if tool.slow and not (case.size == 100 and case.latency == 20 and case.drift):
            return "left out by rule: half a second of processor time for each org; 100 orgs show it"
        if case.apply and not tool.applies:
            return "this build's apply doesn't have it"
        _, beyond = self.slowness.get(tool.name, (0, 0.0))
        expected = case.limit() + beyond * case.size
        if expected > self.options.longest:
            return f"left out by rule: would take some {expected:.0f} s"
        if time.monotonic() + expected > self.end:
            return "left out: the time was up"
        return None

    def measure(self, place: tools.Place, case: Case, tool: tools.Tool) -> Result | Left:
        numbers = account.drifted(case.size, case.changes)
        if case.apply and case.drift:
            place.server.take_away(numbers)
        tool.before(place)
        command, folder = tool.command(place, case.apply)
        print(f"  {table.said(case)}: {tool.name}", file=sys.stderr)
        report, out, err = (place.folder / name for name in ("report", "stdout", "stderr"))
        before = place.server.number()
        child = [sys.executable, "-I", "-S", install.HERE / "child.py", report, out, err, *command]
        try:
            subprocess.run(child, check=True, cwd=folder, env=tools.environment(place), timeout=self.options.longest * 3)
        except subprocess.TimeoutExpired:
            return Left(case, tool.name, f"ended after {self.options.longest * 3:.0f} s")
        requests = place.server.number() - before - 1
        code, wall, cpu, memory = report.read_text().split()
        problem = None if code in ("0", "2") else f"exit code {code}"
        problem = problem or wrong(place, case, tool, out.read_text(errors="replace"))
        if problem:
            if self.options.verbose:
                print(out.read_text(), err.read_text(), file=sys.stderr)
            return Left(case, tool.name, f"failed: {problem}")
        beyond = (float(wall) - case.limit()) / case.size
        self.slowness[tool.name] = max(self.slowness.get(tool.name, (0, 0.0)), (case.size, beyond))
        return Result(case, tool.name, float(wall), requests, float(cpu), int(memory) / 1024)


def first(everything: list[Case], key: tuple[int, int]) -> int:
    return next(index for index, case in enumerate(everything) if (case.size, case.latency) == key)


def wrong(place: tools.Place, case: Case, tool: tools.Tool, said: str) -> str | None:
    """What is wrong with what a tool did: it must have seen each org that differs, and put it right if it was to."""
    numbers = account.drifted(case.size, case.changes) if case.drift else []
    domains = map(account.domain, numbers)
    unseen = [one for one in domains if tool.sign.format(domain=one, label=account.label(one)) not in said]
    if unseen and not case.apply:
        return f"{len(unseen)} of {len(numbers)} changed orgs aren't in its output"
    if case.apply:
        products = place.server.products()
        left = [name for name, live in products.items() if name.startswith("org-") and live != account.BOTH]
        return f"{len(left)} orgs aren't as they should be" if left else None
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes, once")
    parser.add_argument("--only", type=lambda text: text.split(","), default=tools.NAMES, help="these tools, by name")
    parser.add_argument("--markdown", action="store_true", help="tables for docs/performance.md")
    parser.add_argument("--budget", type=float, default=880, metavar="SECONDS", help="for all of it, the build of aerialctl included (default: 880)")
    parser.add_argument("--longest", type=float, default=70, metavar="SECONDS", help="for one run (default: 70)")
    parser.add_argument("--aerialctl", metavar="FILE", help="default: target/release/aerialctl, built where there is none")
    parser.add_argument("--verbose", action="store_true", help="what a tool that failed said")
    options = parser.parse_args()
    install.KEPT.mkdir(parents=True, exist_ok=True)
    bench = Bench(options)
    bench.run()
    print(tools.versions(bench.binary))
    table.show(bench.results, bench.left, bench.overheads, tools.NAMES, options.markdown)


if __name__ == "__main__":
    main()
