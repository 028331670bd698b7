"""What a script with httpx makes of a plan and an apply: ten connections, kept open, and never one idle that could ask.

`httpx_plan.py DESIRED [apply]`; it reads the orgs of each page while the next page is on its way.
"""

import asyncio
import json
import os
import sys

import httpx

IN_FLIGHT = 10


async def main() -> None:
    with open(sys.argv[1]) as file:
        wanted = {domain: set(products) for domain, products in json.load(file).items()}
    base = f"{os.environ['AERIAL_ENDPOINT']}/{os.environ['AERIAL_ACCOUNT_ID']}/api/v1/orgs"
    headers = {"authorization": f"Bearer {os.environ['AERIAL_ACCESS_TOKEN']}"}
    limits = httpx.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
    differing: list[tuple[str, str]] = []
    async with httpx.AsyncClient(headers=headers, limits=limits, timeout=30, trust_env=False) as client:
        # One is for the list, until it ends.
        slots = asyncio.Semaphore(IN_FLIGHT - 1)

        async def read(domain: str, org: str) -> None:
            async with slots:
                answer = await client.get(f"{base}/{org}/products")
            answer.raise_for_status()
            live = {product["id"] for product in answer.json()}
            if live != wanted[domain]:
                differing.append((domain, org))
                print(domain, *(f"+{one}" for one in sorted(wanted[domain] - live)), *(f"-{one}" for one in sorted(live - wanted[domain])))

        async def write(domain: str, org: str) -> None:
            async with slots:
                body = [{"id": product} for product in sorted(wanted[domain])]
                answer = await client.put(f"{base}/{org}/products", json=body)
            answer.raise_for_status()

        async with asyncio.TaskGroup() as tasks:
            url = f"{base}?limit=100"
            while url:
                answer = await client.get(url)
                answer.raise_for_status()
                for org in answer.json():
                    if org["domain"] in wanted:
                        tasks.create_task(read(org["domain"], org["id"]))
                url = answer.links.get("next", {}).get("url")
            slots.release()
        if sys.argv[2:] == ["apply"]:
            async with asyncio.TaskGroup() as tasks:
                for domain, org in differing:
                    tasks.create_task(write(domain, org))
    print(len(differing), "differ")


asyncio.run(main())
