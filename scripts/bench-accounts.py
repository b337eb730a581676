#!/usr/bin/env python3
"""bench-accounts: many accounts on one server, beside the FastAPI app of bench-servers.py, and adds on a slow disk.

Accounts are copies of the demo account, made in the database. The first part asks for the dashboards of all of them, alone and
with adds among them. The second has many more rows and measures start, memory and the first dashboard of an account.
The third lets each sync take two milliseconds (bench-slow-disk.rs). Only Python's standard library is needed.
"""
import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.machinery import SourceFileLoader
from pathlib import Path

servers = SourceFileLoader("servers", str(Path(__file__).with_name("bench-servers.py"))).load_module()
# Ids of the program are far above.
FIRST = 1_000
# Accounts whose first dashboard is measured.
LOOKED_AT = 50
# Columns that name a person.
PEOPLE = {"user_id", "made_by", "by_user", "paid_by", "created_by"}
RAW = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE e (id INTEGER PRIMARY KEY, day TEXT, amount INT, text TEXT)")
began, count = time.perf_counter(), 0
while time.perf_counter() - began < float(sys.argv[2]):
    db.execute("INSERT INTO e (day, amount, text) VALUES ('2026-11-22', 390, 'Coffee')")
    count += 1
print(count / (time.perf_counter() - began))
"""


def copy(db, table, key, old, count, others):
    """Copies the rows of an account `count` times. `others` are SQL for columns, where `n` is the number of the copy."""
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(others.get(column, f"t.{column}") for column in columns)
    db.execute(f"""
        WITH numbers (n) AS (SELECT {FIRST} UNION ALL SELECT n + 1 FROM numbers WHERE n < {FIRST + count - 1})
        INSERT INTO {table} ({", ".join(columns)}) SELECT {values} FROM numbers CROSS JOIN {table} t WHERE t.{key} = {old} ORDER BY n
    """)


def copy_accounts(database, count):
    """Makes `count` accounts with the rows of the demo account; returns their addresses."""
    db = sqlite3.connect(database)
    (user,), (book,) = db.execute("SELECT id FROM users").fetchone(), db.execute("SELECT id FROM books").fetchone()
    person = {column: f"CASE WHEN t.{column} = {user} THEN n ELSE t.{column} END" for column in PEOPLE}
    email = {"email": "n || '@example.com'", "email_key": "n || '@example.com'"}
    copy(db, "users", "id", user, count, {"id": "n", **email})
    copy(db, "books", "id", book, count, {"id": "n", **person})
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'")]
    for table in tables:
        if any(row[1] == "book_id" for row in db.execute(f"PRAGMA table_info({table})")):
            copy(db, table, "book_id", book, count, {"book_id": "n", **person})
    db.commit()
    db.close()
    return [f"{number}@example.com" for number in range(FIRST, FIRST + count)]


def wait_for_search(ours):
    """Until the search has taken up the rows."""
    db = sqlite3.connect(ours.database)
    while db.execute("SELECT COUNT(*) FROM (SELECT 1 FROM search_changes LIMIT 400)").fetchone()[0] == 400:
        time.sleep(0.3)
    db.close()
    ours.wait_until_quiet()


class Peer(servers.Peer):
    """The FastAPI app with copies of its account."""

    def fill(self, count):
        db = sqlite3.connect(self.database, timeout=60)
        copy(db, "users", "id", 1, count, {"id": "n", "email": "n || '@example.com'"})
        copy(db, "categories", "user_id", 1, count, {"id": "n * 1000 + t.id", "user_id": "n"})
        copy(db, "expenses", "user_id", 1, count, {"id": "NULL", "category_id": "n * 1000 + t.category_id", "user_id": "n"})
        db.execute("ANALYZE")
        db.commit()
        db.close()


def requests(accounts, adds):
    """Of ten requests of an account, how many add an expense; the others ask for its dashboard."""
    body = json.dumps({"amount": "3.90", "category": "Groceries", "description": f"Coffee {servers.COUNTER}"})
    for page, api in accounts:
        yield 10 - adds, servers.request("GET", "/", page)
        if adds:
            yield adds, servers.request("POST", "/api/v1/expenses", api, body)


def many(args, found):
    """Dashboards of many accounts, beside the peer."""
    bench = servers.Bench(args)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = servers.Ours(folder, args.binary, args.each, years=1, PASSWORD_ROUNDS="1000")
        rows = ours.rows()
        emails = copy_accounts(ours.database, args.accounts)
        peer = Peer(folder, args.peer, rows, time.strftime("%Y-%m-%d", time.gmtime()))
        for server in (ours, peer):
            server.start()
        wait_for_search(ours)
        peer.fill(args.accounts)
        accounts = {ours: [ours.credentials(email) for email in emails],
                    peer: [peer.credentials(number) for number in range(FIRST, FIRST + args.accounts)]}
        for turn in range(args.rounds):
            for server in (ours, peer) if turn % 2 == 0 else (peer, ours):
                bench.load(args.accounts, server, "read", 32, list(requests(accounts[server], 0)))
                bench.load(args.accounts, server, "mixed", 32, list(requests(accounts[server], 1)))
        found["memory MiB"] = ours.memory_mb()
        for server in (ours, peer):
            server.stop()
    if bench.problems:
        sys.exit(f"bench-accounts: {bench.problems}")
    for server, metrics in bench.results[str(args.accounts)].items():
        for metric, values in metrics.items():
            found[f"{server} {metric}"] = statistics.median(values)


def large(args, found):
    """Start, memory and first dashboards with very many rows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = servers.Ours(folder, args.binary, args.large_each, PASSWORD_ROUNDS="1000")
        emails = copy_accounts(ours.database, args.large_accounts)
        ours.start()
        wait_for_search(ours)
        ours.stop()
        starts = []
        for _ in range(5):
            began = time.perf_counter()
            process = subprocess.Popen(ours.argv(), env={"PATH": os.environ["PATH"], **ours.env()}, cwd=folder, stderr=subprocess.PIPE, text=True)
            for line in process.stderr:
                if line.startswith("listening on"):
                    break
            ours.process = process
            assert ours.ask("GET", "/healthz")[0] == 200
            starts.append((time.perf_counter() - began) * 1e3)
            if len(starts) < 5:
                ours.stop()
        time.sleep(1)
        found["start ms"], found["idle MiB"] = statistics.median(starts), ours.memory_mb()
        first = []
        for email in emails[:: max(1, len(emails) // LOOKED_AT)]:
            page, _ = ours.credentials(email)
            link = ours.connect()
            link.connect()
            began = time.perf_counter()
            status, _, _ = ours.ask("GET", "/", page, connection=link)
            first.append((time.perf_counter() - began) * 1e3)
            assert status == 200, status
        found["first dashboard ms"], found["slowest first dashboard ms"] = statistics.median(first), max(first)
        ours.stop()
        found["large file MB"] = ours.database.stat().st_size / 1e6


def slow_disk(args, found):
    """Adds against single commits, each sync taking two milliseconds."""
    preload = {"LD_PRELOAD": args.slow_disk}
    bench = servers.Bench(args)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raw = subprocess.run([sys.executable, "-c", RAW, str(folder / "raw.db"), str(args.seconds)], check=True, capture_output=True,
                             text=True, env={**os.environ, **preload}).stdout
        ours = servers.Ours(folder, args.binary, 1000, **preload)
        ours.start()
        ours.sign_in()
        body = json.dumps({"amount": "3.90", "category": "Groceries", "description": f"Coffee {servers.COUNTER}"})
        for _ in range(args.rounds):
            bench.load(0, ours, "add", 32, [(1, servers.request("POST", "/api/v1/expenses", ours.api_headers, body))])
        ours.stop()
    if bench.problems:
        sys.exit(f"bench-accounts: {bench.problems}")
    found["slow disk raw /s"] = float(raw)
    found["slow disk adds /s"] = statistics.median(bench.results["0"]["ours"]["add c=32 /s"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=lambda text: str(Path(text).resolve()), required=True)
    parser.add_argument("--load", type=lambda text: str(Path(text).resolve()), required=True, help="the load generator")
    parser.add_argument("--peer", type=lambda text: str(Path(text).absolute()), required=True, help="Python with the packages of the peer")
    parser.add_argument("--slow-disk", type=lambda text: str(Path(text).resolve()), required=True, help="the library for LD_PRELOAD")
    parser.add_argument("--accounts", type=int, default=200)
    parser.add_argument("--each", type=int, default=500, help="expenses of an account")
    parser.add_argument("--large-accounts", type=int, default=1_000)
    parser.add_argument("--large-each", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    found = {"accounts": args.accounts, "each": args.each, "large accounts": args.large_accounts, "large each": args.large_each}
    many(args, found)
    large(args, found)
    slow_disk(args, found)
    args.out.write_text(json.dumps(found, indent=1))
    print(", ".join(f"{name} {value:.4g}" for name, value in found.items()))


if __name__ == "__main__":
    main()
