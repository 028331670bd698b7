"""The account that all tools work on, in the form that each of them reads."""

import json
import subprocess
from pathlib import Path

ID = "0227mkkf8ulgt48bkidcd8ekqft"
TOKEN = "a-token-of-the-bench"
# Each org is to have both; an admin took the second away from some.
BOTH = ["P000052", "P000131"]
LESS = BOTH[:1]


def domain(number: int) -> str:
    return f"org-{number}.okta.com"


def label(domain: str) -> str:
    """What Terraform calls an org: `org-7`."""
    return domain.partition(".")[0]


def drifted(size: int, changes: int) -> list[int]:
    """Which orgs an admin changed: some everywhere in the list."""
    return [number * size // changes for number in range(changes)]


def seed(size: int) -> str:
    """What the emulator starts with: every org as the files want it."""
    lines = [f"account: {{id: {ID}}}", "products:"]
    lines += [f"  - {{id: {product}, name: {product}}}" for product in BOTH]
    lines += ["orgs:", "  - {domain: acme-aerial.okta.com, aerialOrg: true}"]
    lines += [f"  - {{domain: {domain(number)}, products: [{', '.join(BOTH)}]}}" for number in range(size)]
    # No window of requests: what counts is ten at a time, which is enforced.
    lines += ["switches: {rateLimit: 0, orgRateLimits: false}"]
    return "\n".join(lines) + "\n"


def desired_yaml(size: int, without: set[int]) -> str:
    lines = ["version: 1", f"account: {{id: {ID}}}", "orgs:"]
    for number in range(size):
        products = ", ".join(LESS if number in without else BOTH)
        lines.append(f"  - {{domain: {domain(number)}, products: [{products}]}}")
    return "\n".join(lines) + "\n"


def repository(folder: Path, size: int, changes: int) -> None:
    """aerialctl's file in git: the newest commit gives the second product to the orgs that lack it."""
    git = ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run([*git, "init", "--quiet", folder], check=True)
    # What a run keeps for the next is believed only where the repository can't have put it.
    (folder / ".gitignore").write_text("state.*\n.aerialctl/\n")
    without = set(drifted(size, changes))
    for commit in (without, set()):
        (folder / "aerial.yaml").write_text(desired_yaml(size, commit))
        subprocess.run([*git, "add", "."], check=True, cwd=folder)
        subprocess.run([*git, "commit", "--quiet", "--no-verify", "-m", "orgs"], check=True, cwd=folder)


def desired_json(size: int) -> str:
    return json.dumps({domain(number): BOTH for number in range(size)})


def terraform(folder: Path, ids: dict[str, str], provider: Path) -> None:
    """The configuration, the state as of the last apply, and where the provider is.

    Each org is a block of its own: `for_each` over 1,000 takes Terraform ten times the processor time.
    """
    orgs = {label(name): id for name, id in ids.items() if name.startswith("org-")}
    main = {
        "terraform": {"required_providers": {"org": {"source": "bench/org"}}},
        "resource": {"org_products": {name: {"org": id, "products": BOTH} for name, id in orgs.items()}},
    }
    (folder / "main.tf.json").write_text(json.dumps(main))
    common = {"mode": "managed", "type": "org_products", "provider": 'provider["registry.terraform.io/bench/org"]'}
    resources = [
        {**common, "name": name, "instances": [{"schema_version": 1, "attributes": {"org": id, "products": BOTH}}]}
        for name, id in sorted(orgs.items())
    ]
    state = {"version": 4, "serial": 1, "lineage": "bench", "outputs": {}, "resources": resources}
    (folder / "state.json").write_text(json.dumps(state))
    overrides = f'provider_installation {{\n  dev_overrides {{ "bench/org" = "{provider}" }}\n  direct {{}}\n}}\n'
    (folder / "terraform.rc").write_text("disable_checkpoint = true\n" + overrides)


def inventory(ids: dict[str, str]) -> str:
    """Ansible's: each org is a host."""
    hosts = {name: {"org_id": id} for name, id in ids.items() if name.startswith("org-")}
    # JSON is YAML.
    return json.dumps({"all": {"hosts": hosts}})
