"""The tools: how each is run for a plan and for an apply, and what it finds before it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import account
import install
from server import IN_FLIGHT, Server

CLIENTS = install.HERE / "clients"


@dataclass
class Place:
    """A folder with the account in every tool's form, for one size and one server."""

    folder: Path
    server: Server

    def below(self, name: str) -> Path:
        path = self.folder / name
        path.mkdir(exist_ok=True)
        return path


@dataclass
class Tool:
    name: str
    # By place and whether it applies: what is run, in which folder.
    command: Callable[[Place, bool], tuple[list[str | Path], Path]]
    # Puts back what an earlier run changed of the tool's own files.
    before: Callable[[Place], None] = lambda place: None
    absent: str | None = None
    # Whether it can be had for an apply too.
    applies: bool = True
    # What it prints of an org that differs, by its domain and label.
    sign: str = "{domain}"
    # Whether one size and one latency are all that it is measured at.
    slow: bool = False


def aerialctl(binary: Path, *flags: str) -> Callable[[Place, bool], tuple[list[str | Path], Path]]:
    def command(place: Place, apply: bool) -> tuple[list[str | Path], Path]:
        # As JSON: what is printed for people names twelve orgs and counts the rest.
        verb = ["apply", "--yes"] if apply else ["plan", "--format", "json"]
        return [binary, *verb, "--concurrency", str(IN_FLIGHT), *flags], place.below("aerialctl")

    return command


def restore(place: Place) -> None:
    """The knowledge of before the change."""
    folder = place.below("aerialctl")
    shutil.copyfile(folder / "state.warm", folder / "state.json")


def learn(binary: Path, place: Place) -> None:
    """The whole read that an incremental plan begins with: yesterday's."""
    folder = place.below("aerialctl")
    command = [binary, "plan", "--quiet", "--concurrency", str(IN_FLIGHT), "--incremental", "state.json"]
    subprocess.run(command, check=True, cwd=folder, env=place.server.environment(), stdout=subprocess.DEVNULL)
    (folder / "state.json").rename(folder / "state.warm")


def knows(binary: Path, verb: str) -> bool:
    said = subprocess.run([binary, verb, "--help"], capture_output=True, text=True).stdout
    return "--incremental" in said


def python(*arguments: str | Path) -> list[str | Path]:
    return [install.PYTHON, "-I", *arguments]


def httpx(place: Place, apply: bool) -> tuple[list[str | Path], Path]:
    return python(CLIENTS / "httpx_plan.py", "../desired.json", *(["apply"] if apply else [])), place.below("httpx")


def curl(way: str) -> Callable[[Place, bool], tuple[list[str | Path], Path]]:
    def command(place: Place, apply: bool) -> tuple[list[str | Path], Path]:
        folder = place.below(f"curl-{way}")
        more = ["apply"] if apply else []
        return [sys.executable, "-I", CLIENTS / "curl_plan.py", "../desired.json", ".", way, *more], folder

    return command


def terraform(program: list[str | Path]) -> Callable[[Place, bool], tuple[list[str | Path], Path]]:
    def command(place: Place, apply: bool) -> tuple[list[str | Path], Path]:
        verb = ["apply", "-auto-approve"] if apply else ["plan"]
        flags = ["-input=false", "-no-color", f"-parallelism={IN_FLIGHT}"]
        variables = ["env", "TF_CLI_CONFIG_FILE=terraform.rc"]
        return [*variables, *program, *verb, *flags], place.below("terraform")

    return command


def state_again(place: Place) -> None:
    folder = place.below("terraform")
    shutil.copyfile(folder / "state.json", folder / "terraform.tfstate")


def ansible(place: Place, apply: bool) -> tuple[list[str | Path], Path]:
    variables = ["env", "ANSIBLE_PIPELINING=1", "ANSIBLE_LOCALHOST_WARNING=0", "ANSIBLE_DISPLAY_SKIPPED_HOSTS=0"]
    playbook = [install.PYTHON.parent / "ansible-playbook", "--inventory", "inventory.yml", "--forks", str(IN_FLIGHT)]
    return [*variables, *playbook, *([] if apply else ["--check"]), CLIENTS / "orgs.yml"], place.below("ansible")


NAMES = [
    "aerialctl",
    "aerialctl --since",
    "aerialctl --incremental",
    "httpx",
    "curl -Z",
    "curl with xargs",
    "Terraform",
    "Ansible",
]


def all_tools(binary: Path, chosen: list[str]) -> list[Tool]:
    """The chosen ones, set up."""
    print("setting up", file=sys.stderr)
    no_packages = install.pip("requirements.txt")
    program, no_terraform = [], None
    if "Terraform" in chosen:
        program, no_terraform = install.terraform()
        no_terraform = no_terraform or install.provider()[1]
    older = "this build of aerialctl has no --incremental"
    xargs = None if shutil.which("xargs") else "xargs isn't on the PATH"
    no_curl = None if shutil.which("curl") else "curl isn't on the PATH"
    incremental = aerialctl(binary, "--incremental", "state.json")
    tools = [
        Tool("aerialctl", aerialctl(binary)),
        Tool("aerialctl --since", aerialctl(binary, "--since", "HEAD~1")),
        Tool(
            "aerialctl --incremental",
            incremental,
            before=restore,
            absent=None if knows(binary, "plan") else older,
            applies=knows(binary, "apply"),
        ),
        Tool("httpx", httpx, absent=no_packages),
        Tool("curl -Z", curl("together"), absent=no_curl),
        Tool("curl with xargs", curl("xargs"), absent=no_curl or xargs),
        Tool("Terraform", terraform(program), before=state_again, absent=no_terraform, sign="org_products.{label} "),
        Tool("Ansible", ansible, absent=no_packages, sign="changed: [{domain}]", slow=True),
    ]
    return [tool for tool in tools if tool.name in chosen]


def versions(binary: Path) -> str:
    """What was measured: one line."""
    packages = install.version([install.PYTHON, "-c", "import httpx; print('httpx', httpx.__version__)"])
    curl = " ".join(install.version(["curl", "--version"]).split()[:2])
    ansible = install.version([install.PYTHON.parent / "ansible", "--version"])
    terraform, _ = install.terraform()
    return "; ".join([install.version([binary, "--version"]), packages, curl, install.version([*terraform, "version"]), ansible])


def prepare(folder: Path, server: Server, size: int, changes: int) -> Place:
    """All files of all tools, but for aerialctl's knowledge."""
    place = Place(folder, server)
    account.repository(place.below("aerialctl"), size, changes)
    (folder / "desired.json").write_text(account.desired_json(size))
    ids = server.ids()
    account.terraform(place.below("terraform"), ids, install.KEPT / "provider" / "release")
    (place.below("ansible") / "inventory.yml").write_text(account.inventory(ids))
    return place


def environment(place: Place) -> dict[str, str]:
    home = place.below("home")
    return {**place.server.environment(), "HOME": str(home), "PATH": os.environ["PATH"]}
