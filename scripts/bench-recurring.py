#!/usr/bin/env python3
"""bench-recurring: many books with recurring entries after three months off, and what somebody else notices.

It fills a database with books whose recurring entries are three months behind, and starts the server, which enters what
is due. Meanwhile another person opens the dashboard over and over and adds expenses. On SQLite; only Python's standard
library is needed.
"""
import argparse
import http.client
import json
import os
import re
import sqlite3
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.parse
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# Ids of the program are far above.
FIRST_BOOK = 1_000
# The server reads the addresses for the first time.
WARM_UP = 5


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
            raise SystemExit("bench-recurring: the server did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Person:
    """Somebody who is signed in, with one connection."""

    def __init__(self, server, cookie=""):
        self.wire, self.cookie = http.client.HTTPConnection(server.host, timeout=60), cookie

    def ask(self, path, form=None):
        """The milliseconds until the whole answer is there, its status and its headers."""
        body = urllib.parse.urlencode(form) if form else None
        began = time.perf_counter()
        self.wire.request("POST" if form else "GET", path, body, {**(FORM if form else {}), "Cookie": self.cookie})
        answer = self.wire.getresponse()
        answer.read()
        return (time.perf_counter() - began) * 1e3, answer.status, answer.headers

    def sign_in(self, email, password):
        _, status, headers = self.ask("/login", {"email": email, "password": password})
        assert status == 303, status
        self.cookie = headers["Set-Cookie"].split(";")[0]


def demo(binary, folder):
    """An account with a usual history; its password."""
    env = {**os.environ, "DATA_DIR": str(folder), "LOG": "off", "ASSETS_DIR": str(ROOT / "assets/dist")}
    said = subprocess.run([binary, "demo", "--expenses", "20000"], env=env, cwd=folder, check=True, capture_output=True,
                          text=True).stdout
    return re.search(r"password (\S+)", said)[1]


def months_back(day, months):
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, min(day.day, 28))


def fill(folder, books, schedules):
    """Books whose monthly entries were last entered three months ago; how many expenses are due."""
    db = sqlite3.connect(folder / "expenses.db")
    today, now = date.today(), "2026-01-01 00:00:00.000000"
    first = months_back(today, 3) + timedelta(days=1)
    ids = range(FIRST_BOOK, FIRST_BOOK + books)
    db.executemany("INSERT INTO users (id, name, email, email_key, password_hash, timezone, locale, week_start, theme, created_at) "
                   "VALUES (?1, '', ?2, ?2, 'x', 'UTC', 'en-US', 'monday', 'system', ?3)",
                   ((book, f"{book}@example.com", now) for book in ids))
    db.executemany("INSERT INTO books (id, name, currency, month_start, created_at, made_by, is_shared) "
                   "VALUES (?1, 'Personal', 'USD', 1, ?2, ?1, 0)", ((book, now) for book in ids))
    db.executemany("INSERT INTO members (book_id, user_id, role, name, joined_at) VALUES (?1, ?1, 'owner', '', ?2)",
                   ((book, now) for book in ids))
    db.executemany("INSERT INTO categories (book_id, id, name, name_key, color, created_at, kind) "
                   "VALUES (?1, ?1, 'Bills', 'bills', '#0072b2', ?2, 'spending')", ((book, now) for book in ids))
    rows = ((book, 1 + n, first + timedelta(days=n % 28)) for book in ids for n in range(schedules))
    db.executemany("INSERT INTO schedules (book_id, id, category_id, amount, description, first_on, unit, every, mode, next_on, "
                   "version, created_at, updated_at) VALUES (?1, ?2, ?1, 999, 'Bill ' || ?2, ?3, 'month', 1, 'post', ?3, 1, ?4, ?4)",
                   ((book, one, day.isoformat(), now) for book, one, day in rows))
    db.commit()
    db.close()


def left(db):
    query = "SELECT COUNT(*) FROM schedules WHERE book_id >= ?1 AND next_on <= ?2"
    return db.execute(query, (FIRST_BOOK, date.today().isoformat())).fetchone()[0]


def meanwhile(stop, found, one):
    while not stop.is_set():
        found.append(one())
        time.sleep(0.005)


def measured(server, folder, cookie):
    """Seconds until nothing is due, and the milliseconds of each dashboard and of each added expense meanwhile."""
    reader, writer = Person(server, cookie), Person(server, cookie)
    add = {"amount": "1", "category": "Coffee", "date": date.today().isoformat(), "description": "coffee"}

    def answered(person, path, form, status):
        took, got, _ = person.ask(path, form)
        assert got == status, (path, got)
        return took
    began = time.perf_counter()
    for _ in range(WARM_UP):
        answered(reader, "/", None, 200)
    stop, reads, writes = threading.Event(), [], []
    threads = [threading.Thread(target=meanwhile, args=(stop, reads, lambda: answered(reader, "/", None, 200))),
               threading.Thread(target=meanwhile, args=(stop, writes, lambda: answered(writer, "/expenses", add, 303)))]
    for thread in threads:
        thread.start()
    db = sqlite3.connect(f"file:{folder / 'expenses.db'}?mode=ro", uri=True)
    while left(db) > 0:
        time.sleep(0.1)
    took = time.perf_counter() - began
    stop.set()
    for thread in threads:
        thread.join()
    return took, reads, writes


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--binary", type=Path, required=True)
    ap.add_argument("--books", type=int, default=1_000)
    ap.add_argument("--schedules", type=int, default=20)
    ap.add_argument("--out", type=Path, required=True)
    args = ap.parse_args()
    binary = args.binary.resolve()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        password = demo(binary, folder)
        server = Server(binary, folder)
        person = Person(server)
        person.sign_in("demo@example.com", password)
        server.stop()
        fill(folder, args.books, args.schedules)
        server = Server(binary, folder)
        took, reads, writes = measured(server, folder, person.cookie)
        server.stop()
        db = sqlite3.connect(folder / "expenses.db")
        entered = db.execute("SELECT COUNT(*) FROM expenses WHERE book_id BETWEEN ?1 AND ?2",
                             (FIRST_BOOK, FIRST_BOOK + args.books)).fetchone()[0]
        db.close()
    found = {"books": args.books, "schedules": args.schedules, "entered": entered, "seconds": took,
             "dashboards": len(reads), "dashboard ms": statistics.median(reads), "slowest dashboard ms": max(reads),
             "slowest add ms": max(writes)}
    args.out.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
