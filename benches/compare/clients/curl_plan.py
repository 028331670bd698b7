"""What a script around curl makes of a plan and an apply: `curl_plan.py DESIRED FOLDER together|xargs [apply]`.

`together` gives all requests to one `curl -Z`, which keeps ten connections; `xargs` starts a curl for each request, ten at a time.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

IN_FLIGHT = "10"


def main() -> None:
    desired, folder, way, *rest = sys.argv[1:]
    folder = Path(folder)
    wanted = json.loads(Path(desired).read_text())
    base = f"{os.environ['AERIAL_ENDPOINT']}/{os.environ['AERIAL_ACCOUNT_ID']}/api/v1/orgs"
    curl = ["curl", "-sS", "--fail", "--noproxy", "*", "-H", f"authorization: Bearer {os.environ['AERIAL_ACCESS_TOKEN']}"]

    def pages() -> dict[str, str]:
        ids, url = {}, f"{base}?limit=100"
        while url:
            answer = subprocess.run([*curl, "-i", url], check=True, capture_output=True, text=True).stdout
            head, _, body = answer.partition("\r\n\r\n" if "\r\n\r\n" in answer else "\n\n")
            ids.update({org["domain"]: org["id"] for org in json.loads(body) if org["domain"] in wanted})
            following = re.search(r'<([^>]*)>; rel="next"', head)
            url = following and following[1]
        return ids

    def config(orgs: list[str], write: bool) -> str:
        """curl's own: what is asked, and where the answer goes."""
        put = ['request = "PUT"', 'header = "content-type: application/json"']
        parts = []
        for org in orgs:
            lines = [f'url = "{base}/{org}/products"', f'output = "{folder}/{org}"']
            if write:
                # What `next` ends is forgotten, but for the global ones.
                header = 'header = "{}"'.format(curl[-1])
                lines += [*put, f'data-binary = "@{folder}/{org}.put"', header, "fail", "noproxy = *"]
            parts.append("\n".join(lines))
        return ("\nnext\n" if write else "\n").join(parts)

    def ask(orgs: list[str], write: bool) -> None:
        if not orgs:
            return
        if way == "together":
            lists = folder / "curl.conf"
            lists.write_text(config(orgs, write))
            command = [*curl[:2], *([] if write else curl[2:]), "-Z", "--parallel-max", IN_FLIGHT, "-K", str(lists)]
            subprocess.run(command, check=True)
            return
        put = ["-X", "PUT", "-H", "content-type: application/json", "--data-binary", f"@{folder}/{{}}.put"]
        one = [*curl, *(put if write else []), "-o", f"{folder}/{{}}", f"{base}/{{}}/products"]
        subprocess.run(["xargs", "-P", IN_FLIGHT, "-I", "{}", *one], check=True, text=True, input="\n".join(orgs))

    ids = pages()
    ask(list(ids.values()), False)
    differing = []
    for domain, org in ids.items():
        live = {product["id"] for product in json.loads((folder / org).read_bytes())}
        if live != set(wanted[domain]):
            differing.append(org)
            (folder / f"{org}.put").write_text(json.dumps([{"id": one} for one in wanted[domain]]))
            print(domain, *(f"+{one}" for one in sorted(set(wanted[domain]) - live)))
    if rest == ["apply"]:
        ask(differing, True)
    print(len(differing), "differ")


main()
