#!/usr/bin/env python3
"""bench-own: what bench-servers.py does not measure: search, start, memory and page weight at one large size.

It fills a database with `demo`, adds two words to the descriptions, serves it, and asks as a browser would. Times
are what the server tells of itself in Server-Timing; medians. Only Python's standard library is needed.
"""
import argparse
import json
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RARE, COMMON = "quetzal", "walrus"


class Server:
    """The binary over one data folder; `took` is milliseconds from the start to the first 200."""

    def __init__(self, binary, folder):
        env = {**os.environ, "DATA_DIR": str(folder), "PORT": "0", "LOG": "off", "ASSETS_DIR": str(ROOT / "assets/dist")}
        began = time.perf_counter()
        self.process = subprocess.Popen([binary, "serve"], env=env, cwd=folder, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if found := re.match(r"listening on (http://\S+)", line):
                self.url = found[1]
                break
        else:
            raise SystemExit("bench-own: the server did not start")
        urllib.request.urlopen(self.url + "/healthz").read()
        self.took = (time.perf_counter() - began) * 1e3
        self.cookie = ""

    def ask(self, path, form=None, **headers):
        """Status, headers and body; redirects are not followed."""
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None
        body = urllib.parse.urlencode(form).encode() if form else None
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        request = urllib.request.Request(self.url + path, body, {"Cookie": self.cookie, **headers})
        try:
            answer = urllib.request.build_opener(Stay).open(request)
        except urllib.error.HTTPError as error:
            answer = error
        return answer.status, answer.headers, answer.read()

    def sign_in(self, email, password):
        status, headers, _ = self.ask("/login", {"email": email, "password": password})
        assert status == 303, status
        self.cookie = headers["Set-Cookie"].split(";")[0]

    def memory_mb(self, key="VmRSS"):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{key}:\s+(\d+)", status, re.M)[1]) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait()


def server_ms(server, path, database, times=40):
    """Median of db + render, in milliseconds, as the server tells it, each time after a commit: else it would answer
    from memory."""
    past = sqlite3.connect(database)
    def one():
        past.execute("UPDATE id_nodes SET last = last + 1")
        past.commit()
        status, headers, _ = server.ask(path)
        assert status == 200, (path, status)
        return sum(map(float, re.findall(r"dur=([\d.]+)", headers["Server-Timing"])))
    one()
    found = statistics.median([one() for _ in range(times)])
    past.close()
    return found


def fill(binary, folder, rows, years=5):
    env = {**os.environ, "DATA_DIR": str(folder), "LOG": "off", "ASSETS_DIR": str(ROOT / "assets/dist")}
    began = time.perf_counter()
    said = subprocess.run([binary, "demo", "--expenses", str(rows), "--years", str(years)], env=env, cwd=folder, check=True,
                          capture_output=True, text=True).stdout
    took = time.perf_counter() - began
    password = re.search(r"password (\S+)", said)[1]
    # Two words that a given number of rows hold; the triggers keep the search's copy.
    db = sqlite3.connect(folder / "expenses.db")
    common, rare = max(1, rows // 10), min(100, rows // 10)
    ids = db.execute("SELECT book_id, id FROM expenses ORDER BY id").fetchall()
    def mark(word, chosen):
        db.executemany("UPDATE expenses SET description = description || ?1, search = search || ?1 WHERE book_id = ?2 AND id = ?3",
                       ((" " + word, *one) for one in chosen))
    mark(COMMON, ids[:: max(1, rows // common)][:common])
    mark(RARE, ids[3 :: max(1, rows // rare)][:rare])
    db.commit()
    db.close()
    return password, took, common, rare


def brotli(text):
    """The length of a text compressed with Brotli's level 5, if there is a node to do it."""
    if shutil.which("node") is None:
        return {}
    script = ("const z = require('zlib'); const level = {params: {[z.constants.BROTLI_PARAM_QUALITY]: 5}};"
              "console.log(z.brotliCompressSync(require('fs').readFileSync(0), level).length)")
    return {"brotli bytes": int(subprocess.run(["node", "-e", script], input=text, check=True, capture_output=True).stdout)}


def weight(server):
    """Bytes and requests of a first visit to the dashboard and of the next one, as a browser asks for them."""
    accepted = {"Accept_Encoding": "br, gzip"}
    _, _, page = server.ask("/", Accept_Encoding="identity")
    _, _, sent = server.ask("/", **accepted)
    text = page.decode()
    names = set(re.findall(r'(?:href|src)="([^"]*/assets/[^"]+)"', text))
    manifest = json.loads((ROOT / "assets/dist/manifest.json").read_text())
    names |= {"/assets/" + entry["file"] for key, entry in manifest.items() if "chart" in key and key.endswith(".js")}
    total, kept = len(sent), len(sent)
    for name in sorted(names):
        status, headers, body = server.ask(name, **accepted)
        assert status == 200, name
        total += len(body)
        if "immutable" not in (headers["Cache-Control"] or ""):
            kept += len(body)
    return {"first visit bytes": total, "first visit requests": 1 + len(names), "repeat visit bytes": kept, "dashboard bytes": len(sent),
            **brotli(page)}


def few(binary, rows=1_000):
    """The dashboard and the list of an account with few expenses, for comparison: all of one year, so that its month
    has about as many days and categories to draw."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        password = fill(binary, folder, rows, years=1)[0]
        server = Server(binary, folder)
        server.sign_in("demo@example.com", password)
        paths = {"few dashboard ms": "/", "few list ms": "/expenses?period=all"}
        found = {name: server_ms(server, path, folder / "expenses.db") for name, path in paths.items()}
        server.stop()
        return found


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--binary", type=Path, required=True)
    ap.add_argument("--rows", type=int, default=1_000_000)
    ap.add_argument("--out", type=Path, required=True)
    args = ap.parse_args()
    binary, found = args.binary.resolve(), {"rows": args.rows}
    found.update(few(binary))
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        password, found["demo s"], found["common matches"], found["rare matches"] = fill(binary, folder, args.rows)
        server = Server(binary, folder)
        # The index takes up what was just marked.
        db = sqlite3.connect(folder / "expenses.db")
        while db.execute("SELECT COUNT(*) FROM search_changes").fetchone()[0] >= 400:
            time.sleep(0.3)
        db.close()
        server.stop()
        found["file MB"] = (folder / "expenses.db").stat().st_size / 1e6
        starts = []
        for _ in range(5):
            server = Server(binary, folder)
            starts.append(server.took)
            server.stop()
        found["start ms"] = statistics.median(starts)
        server = Server(binary, folder)
        time.sleep(1)
        found["idle MB"] = server.memory_mb()
        server.sign_in("demo@example.com", password)
        for name, path in {
            "dashboard": "/", "list": "/expenses?period=all", "year": "/?period=year",
            "rare search": f"/expenses?period=all&q={RARE}", "common search": f"/expenses?period=all&q={COMMON}",
            "two letters": "/expenses?period=all&q=sh", "amount search": "/expenses?period=all&q=12.50",
        }.items():
            found[f"{name} ms"] = server_ms(server, path, folder / "expenses.db")
        found.update(weight(server))
        found["memory after reads MB"] = server.memory_mb()
        server.stop()
    args.out.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
