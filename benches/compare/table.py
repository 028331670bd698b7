"""What was measured, as tables: of text, or for the page about speed."""

import os
import platform
from collections.abc import Callable, Iterable

# Fewer requests than this are a few round trips, one after another: ten at a time says nothing about them.
FEW = 100


def middle(runs: list) -> object:
    """The run of median wall time: all its figures belong together."""
    return sorted(runs, key=lambda run: run.wall)[len(runs) // 2]


def mode(case) -> str:
    verb = "apply" if case.apply else "plan"
    return f"{verb}, {case.changes} orgs differ" if case.drift else f"{verb}, nothing to do"


def said(case) -> str:
    return f"{case.size} orgs, {case.latency} ms, {mode(case)}"


def machine() -> str:
    model = next((line.split(":")[1].strip() for line in read("/proc/cpuinfo") if line.startswith("model name")), "")
    memory = next((int(line.split()[1]) / 2**20 for line in read("/proc/meminfo") if line.startswith("MemTotal")), 0)
    kernel = platform.release().split("-")[0]
    cores = f"{os.cpu_count()} cores" + (f" ({model})" if model else "")
    load = os.getloadavg()[0]
    return f"{cores}, {memory:.0f} GiB, {platform.system()} {kernel}; load at the end {load:.1f}"


def read(path: str) -> list[str]:
    try:
        with open(path) as file:
            return file.read().splitlines()
    except OSError:
        return []


def of_limit(result) -> str:
    ratio = result.wall / result.case.limit()
    return f"{ratio:.2f} ×" if ratio < 10 else f"{ratio:.0f} ×"


def of_own(result) -> str:
    """Beside the time that its own requests take, ten at a time."""
    if result.requests < FEW:
        return "–"
    return f"{result.wall / (result.requests * result.case.latency / 10_000):.2f} ×"


def grid(head: list[str], rows: Iterable[list[str]], markdown: bool) -> str:
    rows = [head, *rows]
    if markdown:
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        lines.insert(1, "| --- |" + " ---: |" * (len(head) - 1))
        return "\n".join(lines)
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) if column == 0 else cell.rjust(width) for column, (cell, width) in enumerate(zip(row, widths)))
        for row in rows
    )


def show(results: list, left: list, overheads: dict[int, tuple[float, float]], names: list[str], markdown: bool) -> None:
    """Prints everything, the tools in the order of `names`."""
    order = [name for name in names if any(one.tool == name for one in [*results, *left])]
    found = {(one.case, one.tool): one for one in results}
    missing = {(one.case, one.tool): one for one in left}
    cases = sorted({case for case, _ in [*found, *missing]}, key=lambda case: (case.size, case.latency, case.drift, case.apply))
    notes: list[str] = []

    def cell(case, tool: str, figure: Callable) -> str:
        result = found.get((case, tool))
        if result:
            return figure(result)
        why = missing[case, tool].why if (case, tool) in missing else "not tried"
        if why not in notes:
            notes.append(why)
        return f"[{notes.index(why) + 1}]"

    title = (lambda text: f"### {text}\n") if markdown else (lambda text: f"{text}\n")
    print(f"{machine()}\n")
    print(title("The server alone"))
    rows = [[f"{ms} ms", f"{wall:.3f} ×", f"{median:.3f} ×"] for ms, (wall, median) in sorted(overheads.items())]
    print(grid(["asked for", "ten connections, wall time", "median answer"], rows, markdown), "\n")

    common = [case for case in cases if case.latency != 50]
    for drift, apply, text in (
        (True, False, "Plan, some orgs differ: wall time beside the limit"),
        (True, True, "Apply, the same orgs: wall time beside the limit"),
        (False, False, "Plan, nothing differs: wall time beside the limit"),
        (False, True, "Apply, nothing differs: wall time beside the limit"),
    ):
        columns = [case for case in common if (case.drift, case.apply) == (drift, apply)]
        if not columns:
            continue
        print(title(text))
        heads = [f"{case.size:,} · {case.latency} ms" for case in columns]
        rows = [["the limit", *(f"{case.limit():.2f} s" for case in columns)]]
        rows += [[tool, *(cell(case, tool, of_limit) for case in columns)] for tool in order]
        print(grid(["", *heads], rows, markdown), "\n")

    for case in [case for case in common if case.drift and case.latency == 20 and case.size >= 1000]:
        print(title(f"What it takes: {case.size:,} orgs, {case.latency} ms, {mode(case)}"))
        figures = [
            lambda one: f"{one.requests:,}",
            of_own,
            lambda one: f"{one.wall:.2f}",
            lambda one: f"{one.cpu:.2f}",
            lambda one: f"{one.memory:.0f}",
        ]
        rows = [[tool, *(cell(case, tool, figure) for figure in figures)] for tool in order]
        heads = ["", "requests", "beside their own limit", "wall s", "CPU s", "peak MiB"]
        print(grid(heads, rows, markdown), "\n")

    bulk = [case for case in cases if case.latency == 50]
    if bulk:
        print(title("Many changes: aerialctl, 1,000 orgs, 50 ms"))
        rows = [
            [mode(case), cell(case, "aerialctl", lambda one: f"{one.requests:,}"), cell(case, "aerialctl", of_limit), cell(case, "aerialctl", of_own)]
            for case in bulk
        ]
        print(grid(["", "requests", "beside the limit", "beside its own limit"], rows, markdown), "\n")
    for number, why in enumerate(notes, 1):
        print(f"[{number}] {why}" + ("  " if markdown else ""))
