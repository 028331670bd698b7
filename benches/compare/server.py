"""The emulator that all tools ask, how many requests it answered, and what it costs itself."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import account

IN_FLIGHT = 10


class Server:
    """A running emulator; `port` 0 takes a free one."""

    def __init__(self, binary: Path, arguments: list[str], latency: int, port: int = 0):
        listen = ["--listen", f"127.0.0.1:{port}", "--latency-ms", str(latency), "--token", account.TOKEN]
        self.process = subprocess.Popen(
            [binary, "emulator", *listen, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.origin = self.process.stdout.readline().strip().rpartition(" ")[2]
        if not self.origin:
            raise SystemExit("the emulator didn't start")
        self.port = int(self.origin.rpartition(":")[2])

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.process.stdout.close()

    def call(self, method: str, path: str, body: object = None) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"authorization": f"Bearer {account.TOKEN}", "content-type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer, text

    def number(self) -> int:
        """The number of the request that asks for it: the server counts them all, and says so in each answer."""
        answer, _ = self.call("GET", "/what-number-is-this")
        return int(re.sub(r"\D", "", answer.headers["x-okta-request-id"]))

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AERIAL_", "TF_", "ANSIBLE_"))}
        return {
            **kept,
            "AERIAL_ENDPOINT": self.origin,
            "AERIAL_ISSUER": self.origin,
            "AERIAL_ACCOUNT_ID": account.ID,
            "AERIAL_ACCESS_TOKEN": account.TOKEN,
        }

    def products(self) -> dict[str, list[str]]:
        """By domain, past the API."""
        _, text = self.call("GET", "/emulator/account")
        return {org["domain"]: org.get("products", []) for org in json.loads(text)["orgs"]}

    def ids(self) -> dict[str, str]:
        _, text = self.call("GET", "/emulator/account")
        return {org["domain"]: org["id"] for org in json.loads(text)["orgs"]}

    def take_away(self, numbers: list[int]) -> None:
        """An admin takes the second product away in the console."""

        def one(number: int) -> None:
            body = {"org": account.domain(number), "products": account.LESS}
            answer, text = self.call("POST", "/emulator/console", body)
            if answer.status != 200:
                raise SystemExit(f"the emulator's console says {answer.status}: {text.decode()}")

        with ThreadPoolExecutor(IN_FLIGHT) as pool:
            list(pool.map(one, numbers))


def overhead(server: Server, latency: int, seconds: float = 3.0) -> tuple[float, float]:
    """Ten connections, each asks again as soon as it is answered, with nothing parsed: wall time and median latency as ratios
    to the latency that the server was told."""
    each = max(10, int(seconds * 1000 / latency))
    org = server.ids()[account.domain(0)]
    head = f"GET /{account.ID}/api/v1/orgs/{org}/products HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\n"
    request = f"{head}authorization: Bearer {account.TOKEN}\r\n\r\n".encode()
    times: list[float] = []
    ready = threading.Barrier(IN_FLIGHT + 1)

    def lane() -> None:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.wait()
            for _ in range(each):
                start = time.perf_counter()
                connection.sendall(request)
                answer = connection.recv(65536)
                # Small, so it comes in one piece; else this says so.
                if not answer.startswith(b"HTTP/1.1 200") or not answer.endswith(b"]"):
                    raise SystemExit("the emulator's answer isn't what the bench expects")
                times.append(time.perf_counter() - start)

    lanes = [threading.Thread(target=lane) for _ in range(IN_FLIGHT)]
    for thread in lanes:
        thread.start()
    ready.wait()
    start = time.perf_counter()
    for thread in lanes:
        thread.join()
    wall = time.perf_counter() - start
    times.sort()
    return wall / (each * latency / 1000), times[len(times) // 2] / (latency / 1000)
