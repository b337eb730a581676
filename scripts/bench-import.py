#!/usr/bin/env python3
"""bench-import: an import of 100,000 rows, and what other people notice of it.

One person uploads a file, confirms the import and takes it back. Meanwhile another person opens the dashboard over and over,
and a third one adds expenses. With DATABASE_URL the server uses that database, else SQLite. Only Python's standard library
is needed.
"""
import argparse
import http.client
import json
import os
import random
import re
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "velvet-otter-counts-9-pears"


class Server:
    """The binary over one data folder."""

    def __init__(self, binary, folder):
        env = {**os.environ, "DATA_DIR": str(folder), "PORT": "0", "LOG": "off", "ASSETS_DIR": str(ROOT / "assets/dist")}
        self.process = subprocess.Popen([binary, "serve"], env=env, cwd=folder, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if found := re.match(r"listening on http://(\S+)", line):
                self.host = found[1]
                break
        else:
            raise SystemExit("bench-import: the server did not start")

    def memory_mb(self, key="VmRSS"):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{key}:\s+(\d+)", status, re.M)[1]) / 1024

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def forget_peak(self):
        """From now on VmHWM is the peak since this moment."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Person:
    """Somebody with an account and one connection."""

    def __init__(self, server, name):
        self.wire = http.client.HTTPConnection(server.host, timeout=120)
        self.headers = {}
        status, headers, _ = self.ask("POST", "/register", {"email": f"{name}@example.com", "password": PASSWORD})
        assert status == 303, status
        cookies = headers.get_all("Set-Cookie")
        self.headers = {"Cookie": next(cookie.split(";")[0] for cookie in cookies if cookie.startswith("session="))}
        _, _, answer = self.ask("POST", "/api/v1/auth/token", json.dumps({"email": f"{name}@example.com", "password": PASSWORD}),
                                "application/json")
        self.token = {"Authorization": f"Bearer {json.loads(answer)['access_token']}"}

    def ask(self, method, path, body=None, kind="application/x-www-form-urlencoded", headers=None):
        if isinstance(body, dict):
            body = urllib.parse.urlencode(body)
        headers = {**(self.headers if headers is None else headers), **({"Content-Type": kind} if body is not None else {})}
        self.wire.request(method, path, body, headers)
        answer = self.wire.getresponse()
        return answer.status, answer.headers, answer.read()

    def call(self, method, path, body=None, kind="application/json"):
        """A call of the API and its seconds."""
        began = time.perf_counter()
        status, _, answer = self.ask(method, "/api/v1" + path, body, kind, self.token)
        took = time.perf_counter() - began
        assert status in (200, 201), (path, status, answer)
        return json.loads(answer), took


class Repeated(threading.Thread):
    """Does something over and over; `times` are milliseconds."""

    def __init__(self, work, pause=0.0):
        super().__init__()
        self.work, self.pause, self.times, self.ended = work, pause, [], threading.Event()
        self.start()

    def run(self):
        while not self.ended.is_set():
            began = time.perf_counter()
            self.work()
            self.times.append((time.perf_counter() - began) * 1e3)
            time.sleep(self.pause)

    def stop(self):
        self.ended.set()
        self.join()
        return self.times


def statement(rows):
    """Ten years of an account, 5 % of it money in."""
    random.seed(7)
    shops = [f"{kind} {number}" for kind in ("Market", "Bakery", "Café", "Fuel", "Pharmacy", "Rail") for number in range(400)]
    lines = ["Date,Description,Amount,Reference"]
    for row in range(rows):
        day = row * 3650 // rows
        date = time.strftime("%Y-%m-%d", time.gmtime(1_420_070_400 + day * 86_400))
        amount = random.randint(100, 20_000) / 100 * (1 if row % 20 == 0 else -1)
        lines.append(f"{date},{random.choice(shops)},{amount:.2f},R{row:08}")
    return "\n".join(lines).encode()


def opens_dashboard(person):
    def once():
        status, _, _ = person.ask("GET", "/")
        assert status == 200, status
    return once


def adds(person):
    def once():
        form = {"amount": "4.50", "category": "Coffee", "date": "2026-11-20", "description": "Espresso"}
        status, _, _ = person.ask("POST", "/expenses", form)
        # Work that waits too long for its turn to write is refused.
        assert status in (303, 503), status
    return once


def bench(server, rows):
    sam, kim, alex = (Person(server, name) for name in ("sam", "kim", "alex"))
    for _ in range(30):
        adds(kim)()
    opens_dashboard(kim)()
    found = {"rows": rows}
    content = statement(rows)
    usual = Repeated(opens_dashboard(kim))
    adding = Repeated(adds(alex), 0.02)
    time.sleep(3)
    found["usual dashboard ms"] = statistics.median(usual.stop())
    found["usual add ms"] = statistics.median(adding.stop())
    idle = server.memory_mb()
    server.forget_peak()

    def measured(name, work):
        opening, adding = Repeated(opens_dashboard(kim)), Repeated(adds(alex), 0.02)
        before = server.cpu_seconds()
        answer, found[f"{name} s"] = work()
        found[f"{name} CPU s"] = server.cpu_seconds() - before
        opened, added = opening.stop(), adding.stop()
        found[f"dashboard during {name} ms"] = statistics.median(opened)
        found[f"longest add during {name} ms"] = max(added)
        return answer

    def wait_for_index():
        time.sleep(max(1, rows / 20_000))

    draft = measured("upload", lambda: sam.call("POST", "/imports?name=statement.csv", content, "text/csv"))
    assert draft["counts"]["new"] == rows, draft
    address = f"/imports/{draft['id']}"
    done = measured("confirm", lambda: sam.call("POST", f"{address}/confirm", "{}"))
    assert done["created"] == rows, done
    found["memory MiB"] = server.memory_mb("VmHWM") - idle
    wait_for_index()
    again = measured("again", lambda: sam.call("POST", "/imports?name=statement.csv", content, "text/csv"))
    assert again["counts"]["known"] == rows, again
    found["memory again MiB"] = server.memory_mb("VmHWM") - idle
    undone = measured("undo", lambda: sam.call("POST", f"{address}/undo", "{}"))
    assert undone == {"trashed": rows, "kept": 0}, undone
    found["memory at the end MiB"] = server.memory_mb("VmHWM") - idle
    return found


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--binary", type=Path, required=True)
    ap.add_argument("--rows", type=int, default=100_000)
    ap.add_argument("--out", type=Path, required=True)
    args = ap.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(args.binary.resolve(), Path(folder))
        try:
            found = bench(server, args.rows)
        finally:
            server.stop()
    args.out.write_text(json.dumps(found, indent=1))
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
