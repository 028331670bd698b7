#!/usr/bin/env python3
"""Writes the files that large accounts are measured with.

Usage: python3 benches/files.py FOLDER [--orgs N] [--products N] [--files N] [--hostile]

Into FOLDER, which is made:

  lists.yaml        each org lists its products (23 MB for 100,000 orgs with 20 each)
  bundle.yaml       each org lists one bundle (5 MB)
  lists-many/       as lists.yaml, in --files files beside one for the account
  bundle-many/      as bundle.yaml
  NAME-new.yaml     as NAME.yaml, where every hundredth org lacks its last product
  .aerialctl/       the account of `--emulator`, in which all these orgs are linked and have all products, without a rate limit

With --hostile, instead of these: the texts of a desired state that are as large as a file may be and cost the most, each
of its kind. `validate` refuses nearly all of them.
"""

import argparse
import json
import pathlib

ACCOUNT = "0227mkkf8ulgt48bkidcd8ekqft"
AERIAL = "acme-aerial.okta.com"
MOST = 64 * 1024 * 1024


def products(number: int) -> list[str]:
    return [f"P{n:06}" for n in range(1, number + 1)]


def domain(n: int) -> str:
    return f"org-{n:06}.okta.com"


def head(args, bundle: bool) -> str:
    text = f"version: 1\naccount: {{id: {ACCOUNT}, aerialOrg: {AERIAL}}}\ndefaults: {{cell: ok1}}\n"
    if bundle:
        text += f"bundles:\n  all: [{', '.join(products(args.products))}]\n"
    return text


def orgs(args, numbers: range, bundle: bool, new: bool):
    all_of_them = products(args.products)
    same = "all" if bundle else ", ".join(all_of_them)
    fewer = ", ".join(all_of_them[:-1])
    for n in numbers:
        listed = fewer if new and n % 100 == 0 else same
        yield f"  - domain: {domain(n)}\n    products: [{listed}]\n"


def states(args) -> None:
    for bundle, name in ((True, "bundle"), (False, "lists")):
        for new in (False, True):
            path = args.folder / f"{name}{'-new' if new else ''}.yaml"
            with path.open("w") as file:
                file.write(head(args, bundle) + "orgs:\n")
                file.writelines(orgs(args, range(args.orgs), bundle, new))
        many = args.folder / f"{name}-many"
        many.mkdir(exist_ok=True)
        (many / "account.yaml").write_text(head(args, bundle))
        each = -(-args.orgs // args.files)
        for k in range(args.files):
            numbers = range(k * each, min((k + 1) * each, args.orgs))
            with (many / f"team-{k:03}.yaml").open("w") as file:
                file.write(f"version: 1\naccount: {{id: {ACCOUNT}}}\norgs:\n")
                file.writelines(orgs(args, numbers, bundle, False))


def emulated(args) -> None:
    """The Aerial org is beside the others: it is in every list."""

    def org(n: int, name: str, **more) -> dict:
        return {
            "domain": name,
            "id": f"00o{n:017}",
            "name": name.split(".")[0],
            "cell": "ok1",
            "status": "ACTIVE",
            "linked": True,
            "associated": True,
            "consent": True,
            "createdDate": "2023-12-08T20:15:18.000Z",
            **more,
        }

    ids = products(args.products)
    orgs = [org(args.orgs, AERIAL, aerialOrg=True, products=[])]
    orgs += (org(n, domain(n), products=ids) for n in range(args.orgs))
    account = {
        "account": {"id": ACCOUNT, "name": "Acme", "sandbox": False},
        "products": [{"id": one, "name": f"Product {one}"} for one in ids],
        "orgs": orgs,
        "switches": {"rateLimit": 1_000_000_000},
    }
    folder = args.folder / ".aerialctl"
    folder.mkdir(exist_ok=True)
    (folder / "emulator.json").write_text(json.dumps(account))


def full(start: str, piece, end: str = "") -> str:
    """As many pieces as fit between a start and an end; a piece knows its number."""
    room = MOST - len(start) - len(end)
    pieces, n = [], 0
    while (one := piece(n)) and len(one) <= room:
        pieces.append(one)
        room -= len(one)
        n += 1
    return start + "".join(pieces) + end


def hostile(args) -> None:
    start = f"version: 1\naccount: {{id: {ACCOUNT}, aerialOrg: {AERIAL}}}\n"
    org = "  - domain: a.okta.com\n    products:"
    kinds = {
        "long-list": full(f"{start}orgs:\n{org}\n", lambda n: "      - P1\n"),
        "long-line": full(f"{start}orgs:\n{org} [", lambda n: "P1,", "]\n"),
        "long-word": full(f"{start}orgs:\n  - note: ", lambda n: "a", "\n"),
        "many-lines-of-comment": full(f"{start}orgs:\n", lambda n: "#\n", "  - domain: a.okta.com\n"),
        "blank-lines": full(f"{start}orgs: []\n", lambda n: "\n"),
        "anchors": full(start + "x-a:\n", lambda n: f"  - &a{n} a\n", "orgs: []\n"),
        "one-anchor-many-aliases": full(f"{start}x-a: &a a\nx-b: [", lambda n: "*a,", "]\norgs: []\n"),
        "aliases-of-a-list": full(f"{start}x-a: &a [{'a,' * 100}]\nx-b: [", lambda n: "*a,", "]\norgs: []\n"),
        "merges": full(f"{start}x-a: &a {{b: c}}\nx-b: [", lambda n: "{<<: *a},", "]\norgs: []\n"),
        "late-anchor": full(f"{start}x-b:\n", lambda n: "- aaaaaaaaaaaaaaaa\n", "x-a: &a b\norgs: []\n"),
        "late-error": full(f"{start}x-b:\n", lambda n: "- aaaaaaaaaaaaaaaa\n", "x-a: [\n"),
        "deep-flow": full(f"{start}orgs: ", lambda n: "["),
        "deep-block": full(f"{start}orgs:\n", lambda n: " " * n + "-\n"),
        "one-key": full(start, lambda n: "a: b\n"),
        "many-keys": full(f"{start}x-a:\n", lambda n: f"  k{n}: v\n", "orgs: []\n"),
        "wrong-entries": full(f"{start}orgs:\n", lambda n: "- {}\n"),
        "wrong-entries-in-a-line": full(f"{start}orgs: [", lambda n: "{},", "]\n"),
        "wrong-domains": full(f"{start}orgs:\n", lambda n: f"- domain: {n}\n"),
        "orgs-twice": full(f"{start}defaults: {{cell: ok1}}\norgs:\n", lambda n: "- domain: a.okta.com\n"),
        "unknown-products": full(f"{start}orgs:\n{org}\n", lambda n: f"      - product-{n}\n"),
        "quoted": full(f"{start}x-a: \"", lambda n: "\\L", "\"\norgs: []\n"),
        "numbers": full(f"{start}x-a: [", lambda n: "0x1,", "]\norgs: []\n"),
        "tabs": full(f"{start}orgs:\n", lambda n: "\t\n"),
    }
    for name, text in kinds.items():
        (args.folder / f"{name}.yaml").write_text(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--orgs", type=int, default=100_000)
    parser.add_argument("--products", type=int, default=20)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--hostile", action="store_true")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    if args.hostile:
        hostile(args)
    else:
        states(args)
        emulated(args)


if __name__ == "__main__":
    main()
