#!/usr/bin/env python3
"""bench-servers: measures the program beside two others: a FastAPI app (scripts/bench-peer) with the same expenses, and
nginx that serves one page of the program as a file.

Each size has its own data. The servers are measured in turns, round after round, by benches/load.rs, whose clients keep
their connections and accept compressed answers as browsers do; medians are printed. Besides rates and times it reads
processor time and memory from /proc. Answers are checked first, and the stored rows are counted at the end. Only
Python's standard library is needed.

More than 300 lines, because the three servers and what is asked of them are read side by side.
"""
import argparse
import base64
import gzip
import hashlib
import hmac
import http.client
import json
import os
import re
import secrets
import socket
import sqlite3
import statistics
import subprocess
import tempfile
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BROWSER = {"Accept-Encoding": "gzip, br", "User-Agent": "bench"}
COUNTER = "##########"
FORM = "application/x-www-form-urlencoded"
TICK = os.sysconf("SC_CLK_TCK")
# Single requests: deletes, and pages after a commit.
SINGLES = 60


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def request(method, path, headers, body=""):
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in {**BROWSER, **headers}.items()]
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


class Server:
    """A process over a folder of its own. Paths and headers of what is measured are set by the subclasses."""

    name = ready = ""
    process = None
    ok = {200, 201, 303}

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()

    def start(self):
        log = open(self.folder / f"{self.name}.log", "w")  # noqa: SIM115
        self.process = subprocess.Popen(self.argv(), env={"PATH": os.environ["PATH"], **self.env()}, cwd=self.folder,
                                        stdout=log, stderr=log)
        for _ in range(300):
            try:
                if self.ask("GET", self.ready)[0] == 200:
                    return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise SystemExit(f"bench-servers: {self.name} did not start: {(self.folder / f'{self.name}.log').read_text()[-500:]}")

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def ask(self, method, path, headers=None, body=None, connection=None):
        """Status, headers and body, as they come."""
        link = connection or self.connect()
        link.request(method, path, body, {**BROWSER, **(headers or {})})
        answer = link.getresponse()
        return answer.status, answer.headers, answer.read()

    def pids(self):
        """The process and those that it has started."""
        parents = {}
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = entry.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(entry.parent.name)] = int(fields[1])
        found, grown = {self.process.pid}, True
        while grown:
            more = {pid for pid, parent in parents.items() if parent in found} - found
            found, grown = found | more, bool(more)
        return found

    def cpu_s(self):
        total = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICK

    def memory_mb(self, key="VmRSS"):
        total = 0
        for pid in self.pids():
            found = re.search(rf"^{key}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.M)
            total += int(found[1]) if found else 0
        return total / 1024

    def forget_peak(self):
        for pid in self.pids():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def wait_until_quiet(self):
        """Work that is left from the last run does not disturb the next one."""
        for _ in range(50):
            before = self.cpu_s()
            time.sleep(0.1)
            if self.cpu_s() - before < 0.02:
                return

    def total(self, path):
        """The total that a page prints."""
        status, _, body = self.ask("GET", path, {**self.page_headers, "Accept-Encoding": "identity"})
        found = re.search(rb'data-amount="([^"]*)"', body)
        return status == 200 and found and found[1].decode()


class Ours(Server):
    name, ready = "ours", "/healthz"

    def __init__(self, folder, binary, rows, years=5, **settings):
        super().__init__(folder)
        self.binary, self.settings = binary, {"DATA_DIR": str(folder / "ours"), "LOG": "off", "ASSETS_DIR": str(ROOT / "assets/dist"),
                                              "PORT": str(self.port), **settings}
        said = subprocess.run([binary, "demo", "--expenses", str(rows), "--years", str(years)], check=True, capture_output=True,
                              env={"PATH": os.environ["PATH"], **self.settings}, cwd=folder, text=True).stdout
        self.password = re.search(r"password (\S+)", said)[1]
        self.database = folder / "ours/expenses.db"

    def argv(self):
        return [self.binary, "serve"]

    def env(self):
        return self.settings

    def credentials(self, email):
        """The headers of a page and of the API for one account; they all have the same password."""
        person = {"email": email, "password": self.password}
        status, headers, _ = self.ask("POST", "/login", {"Content-Type": FORM}, urllib.parse.urlencode(person))
        assert status == 303, status
        page = {"Cookie": headers["Set-Cookie"].split(";")[0]}
        status, _, body = self.ask("POST", "/api/v1/auth/token", {"Content-Type": "application/json", "Accept-Encoding": "identity"},
                                   json.dumps(person))
        assert status == 200, body
        return page, {"Authorization": f"Bearer {json.loads(body)['access_token']}", "Content-Type": "application/json"}

    def sign_in(self):
        self.page_headers, self.api_headers = self.credentials("demo@example.com")
        # Measured adds of the form, as htmx sends them.
        day = time.strftime("%Y-%m-%d", time.gmtime())
        body = urllib.parse.urlencode({"amount": "3.90", "category": "Groceries", "date": day, "description": ""}) + f"Coffee+{COUNTER}"
        self.add_form = request("POST", "/expenses?view=list", {**self.page_headers, "Content-Type": FORM, "HX-Request": "true"}, body)

    def rows(self):
        with sqlite3.connect(self.database) as db:
            return db.execute("SELECT e.id, e.spent_on, c.name, e.amount, e.description FROM expenses e JOIN categories c "
                              "ON c.book_id = e.book_id AND c.id = e.category_id WHERE e.deleted_at IS NULL ORDER BY e.id").fetchall()


class Peer(Server):
    name, ready = "fastapi", "/healthz"

    def __init__(self, folder, python, rows, today):
        super().__init__(folder)
        self.python, self.given, self.today = python, rows, today
        self.database, self.secret = folder / "peer.db", secrets.token_hex(32)

    def argv(self):
        return [self.python, "-m", "uvicorn", "app:app", "--port", str(self.port), "--log-level", "warning", "--no-access-log",
                "--loop", "uvloop", "--http", "httptools", "--app-dir", str(ROOT / "scripts/bench-peer")]

    def env(self):
        return {"PEER_DB": str(self.database), "PEER_SECRET": self.secret, "PEER_TODAY": self.today, "PYTHONDONTWRITEBYTECODE": "1"}

    def start(self):
        subprocess.run([self.python, "-c", "import app; app.Base.metadata.create_all(app.engine)"], check=True,
                       env={"PATH": os.environ["PATH"], **self.env()}, cwd=ROOT / "scripts/bench-peer")
        with sqlite3.connect(self.database) as db:
            names = sorted({row[2] for row in self.given})
            ids = {name: number for number, name in enumerate(names, 1)}
            db.execute("INSERT INTO users VALUES (1, 'demo@example.com')")
            db.executemany("INSERT INTO categories VALUES (?, 1, ?)", ((ids[name], name) for name in names))
            db.executemany("INSERT INTO expenses VALUES (?, 1, ?, ?, ?, ?)",
                           ((id, ids[name], day, amount, text) for id, day, name, amount, text in self.given))
            db.execute("ANALYZE")
        super().start()

    def credentials(self, number):
        """The headers of a page and of the API for one account."""
        def part(text):
            return base64.urlsafe_b64encode(text).rstrip(b"=")
        text = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(json.dumps({"sub": str(number)}).encode())
        token = (text + b"." + part(hmac.digest(self.secret.encode(), text, hashlib.sha256))).decode()
        return {"Cookie": f"session={token}"}, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def sign_in(self):
        self.page_headers, self.api_headers = self.credentials(1)

    def rows(self):
        with sqlite3.connect(self.database) as db:
            return db.execute("SELECT id FROM expenses ORDER BY id").fetchall()


class Nginx(Server):
    """One worker that sends a page of the program, compressed before, as a file."""

    name, ready = "nginx-static", "/"
    page_headers = {}

    def __init__(self, folder, page):
        super().__init__(folder)
        site = folder / "site"
        site.mkdir()
        (site / "index.html").write_bytes(page)
        (site / "index.html.gz").write_bytes(gzip.compress(page, 6))
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(f"""{user} daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr;
events {{ worker_connections 512; }}
http {{
    access_log off; default_type text/html; keepalive_requests 1000000; gzip_static on;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{ listen 127.0.0.1:{self.port}; root {site}; }}
}}
""")

    def argv(self):
        return [nginx(), "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]

    def env(self):
        return {}


def nginx():
    for place in [*os.environ["PATH"].split(":"), "/usr/sbin"]:
        if (Path(place) / "nginx").exists():
            return str(Path(place) / "nginx")
    return None


class Bench:
    def __init__(self, args):
        self.args, self.results, self.limits, self.problems = args, {}, {}, []

    def problem(self, size, server, what):
        self.problems.append({"n": size, "server": server, "what": what})

    def note(self, size, server, metric, value):
        self.results.setdefault(str(size), {}).setdefault(server, {}).setdefault(metric, []).append(value)

    def load(self, size, server, op, clients, requests):
        """One run of the load generator. `requests` are pairs of a weight and bytes. Returns how many rows were added."""
        with tempfile.NamedTemporaryFile() as file:
            for weight, data in requests:
                file.write(f"{weight} {len(data)}\n".encode() + data)
            file.flush()
            cpu = server.cpu_s()
            out = subprocess.run([self.args.load, f"127.0.0.1:{server.port}", str(clients), str(self.args.seconds), file.name],
                                 check=True, capture_output=True, text=True).stdout
            cpu = server.cpu_s() - cpu
        found = json.loads(out)
        wrong = {status: count for status, count in found["statuses"].items() if int(status) not in server.ok}
        if wrong:
            self.problem(size, server.name, f"{op}, {clients} clients: {wrong}")
        note = lambda name, value: self.note(size, server.name, f"{op} c={clients} {name}", value)  # noqa: E731
        note("/s", found["requests"] / found["seconds"])
        for name in ("p50", "p99"):
            note(f"{name} ms", found[f"{name}_us"] / 1e3)
        note("CPU ms", cpu * 1e3 / max(1, found["requests"]))
        note("KiB", found["bytes"] / 1024 / max(1, found["requests"]))
        server.wait_until_quiet()
        return found

    def reads(self, size, server):
        page = lambda path: request("GET", path, server.page_headers)  # noqa: E731
        for clients in (1, 32):
            self.load(size, server, "dashboard", clients, [(1, page("/"))])
            if server.name != Nginx.name:
                self.load(size, server, "list", clients, [(1, page(server.list_path))])
        if server.name == Ours.name:
            for op, path in (("dashboard", "/"), ("list", server.list_path)):
                plain = request("GET", path, {**server.page_headers, "Accept-Encoding": "identity"})
                self.load(size, server, f"{op} plain", 1, [(1, plain)])

    def writes(self, size, server):
        body = json.dumps({"amount": "3.90", "category": "Groceries", "description": f"Coffee {COUNTER}"})
        add = request("POST", "/api/v1/expenses", server.api_headers, body)
        for clients in (1, 32):
            server.added += self.load(size, server, "add", clients, [(1, add)])["statuses"].get("201", 0)
        if server.name == "ours":
            server.added += self.load(size, server, "add html", 32, [(1, server.add_form)])["statuses"].get("200", 0)
        page = lambda path: request("GET", path, server.page_headers)  # noqa: E731
        # Nine of ten requests read, and what they read has changed meanwhile.
        mixed = [(60, page("/")), (30, page(server.list_path)), (10, add)]
        server.added += self.load(size, server, "mixed", 32, mixed)["statuses"].get("201", 0)

    def singles(self, size, server):
        """Deletes, and the dashboard after a commit, one after the other on one connection."""
        link = server.connect()
        body = json.dumps({"amount": "3.90", "category": "Groceries", "description": "Tea"})
        cold, deletes = [], []
        for _ in range(SINGLES):
            status, _, _ = server.ask("POST", "/api/v1/expenses", server.api_headers, body, link)
            server.added += status == 201
            began = time.perf_counter()
            status, _, _ = server.ask("GET", "/", server.page_headers, connection=link)
            cold.append((time.perf_counter() - began) * 1e3)
        for id in [row[0] for row in server.rows()[: SINGLES]]:
            began = time.perf_counter()
            status, _, _ = server.ask("POST", f"/expenses/{id}/delete", {**server.page_headers, "Content-Type": FORM}, "view=list", link)
            deletes.append((time.perf_counter() - began) * 1e3)
            server.added -= status in server.ok
        self.note(size, server.name, "dashboard after a commit c=1 p50 ms", statistics.median(cold))
        self.note(size, server.name, "delete c=1 p50 ms", statistics.median(deletes))
        self.note(size, server.name, "delete c=1 /s", 1e3 / statistics.mean(deletes))

    def export(self, size, server):
        server.wait_until_quiet()
        before = server.memory_mb()
        server.forget_peak()
        began = time.perf_counter()
        link = server.connect()
        link.request("GET", "/expenses.csv", headers={**server.page_headers, "Accept-Encoding": "identity"})
        answer = link.getresponse()
        lines = answer.read(1).count(b"\n")
        self.note(size, server.name, "export first byte ms", (time.perf_counter() - began) * 1e3)
        while part := answer.read(1 << 20):
            lines += part.count(b"\n")
        self.note(size, server.name, "export s", time.perf_counter() - began)
        self.note(size, server.name, "export extra RSS MB", max(0.0, server.memory_mb("VmHWM") - before))
        if answer.status != 200 or lines < size:
            self.problem(size, server.name, f"the export has status {answer.status} and {lines} lines")

    def raw(self, size, ours):
        """What the disk and sqlite3 alone can do with the same rows."""
        database = ours.folder / "raw.db"
        db = sqlite3.connect(database, isolation_level=None)
        db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE e (id INTEGER PRIMARY KEY, day TEXT, amount INT, text TEXT)")
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < self.args.seconds:
            db.execute("INSERT INTO e (day, amount, text) VALUES ('2026-11-22', 390, 'Coffee')")
            count += 1
        db.close()
        found = {"commit 1 row, FULL": {"rows_per_s": count / (time.perf_counter() - began)}}
        query = ("SELECT e.spent_on, e.amount, c.name, e.description, e.id FROM expenses e JOIN categories c ON c.book_id = e.book_id "
                 "AND c.id = e.category_id WHERE e.deleted_at IS NULL ORDER BY e.spent_on DESC, e.id DESC")
        try:
            began = time.perf_counter()
            subprocess.run(["sqlite3", "-csv", str(ours.database), query], check=True, stdout=subprocess.DEVNULL)
            found["export: sqlite3 -csv"] = {"total_s": time.perf_counter() - began}
        except FileNotFoundError:
            self.problem(size, "sqlite3", "is not installed")
        self.limits[str(size)] = found

    def size(self, size, folder):
        ours = Ours(folder, self.args.binary, size)
        rows = ours.rows()
        ours.start()
        ours.sign_in()
        peer = Peer(folder, self.args.peer, rows, time.strftime("%Y-%m-%d", time.gmtime()))
        servers = [ours, peer]
        peer.start()
        peer.sign_in()
        if nginx():
            page = ours.ask("GET", "/", {**ours.page_headers, "Accept-Encoding": "identity"})[2]
            servers.append(Nginx(folder, page))
            servers[-1].start()
        else:
            self.problem(size, "nginx-static", "nginx is not installed")
        ours.list_path, peer.list_path = "/expenses?period=all", "/expenses"
        for path in ("/", "list"):
            totals = [one.total(one.list_path if path == "list" else path) for one in (ours, peer)]
            if totals[0] != totals[1]:
                self.problem(size, "fastapi", f"another total at {path}: {totals}")
        for server in servers:
            server.added = 0
            server.wait_until_quiet()
            self.note(size, server.name, "idle RSS MB", server.memory_mb())
        for turn in range(self.args.rounds):
            for server in servers if turn % 2 == 0 else reversed(servers):
                self.reads(size, server)
                if server.name != Nginx.name:
                    self.writes(size, server)
                    self.singles(size, server)
                    self.export(size, server)
        for server in servers:
            self.note(size, server.name, "RSS at end MB", server.memory_mb())
            server.stop()
        for server in (ours, peer):
            stored = len(server.rows())
            if stored != len(rows) + server.added:
                self.problem(size, server.name, f"{stored} rows are stored, and {len(rows) + server.added} were acknowledged")
        self.raw(size, ours)


def number(text):
    """`10k` or `1m`."""
    units = {"k": 1_000, "m": 1_000_000}
    return int(text[:-1]) * units[text[-1]] if text[-1] in units else int(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=lambda text: str(Path(text).resolve()), required=True)
    parser.add_argument("--load", type=lambda text: str(Path(text).resolve()), required=True, help="the load generator")
    parser.add_argument("--peer", type=lambda text: str(Path(text).absolute()), required=True, help="Python with the packages of the peer")
    parser.add_argument("--sizes", default="1k,10k")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    bench, began = Bench(args), os.getloadavg()
    for size in map(number, args.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            bench.size(size, Path(folder))
        print(f"{size:,} rows")
        for server, metrics in bench.results[str(size)].items():
            print(f"  {server}: " + ", ".join(f"{name} {statistics.median(values):.4g}" for name, values in metrics.items()))
    results = {size: {server: {metric: {"median": statistics.median(values), "samples": values} for metric, values in metrics.items()}
                      for server, metrics in servers.items()} for size, servers in bench.results.items()}
    args.out.write_text(json.dumps({"results": results, "limits": bench.limits, "problems": bench.problems,
                                    "host": {"cores": os.cpu_count(), "load_start": began}}, indent=1))
    for problem in bench.problems:
        print(f"! {problem['n']:,} {problem['server']}: {problem['what']}")


if __name__ == "__main__":
    main()
