#!/usr/bin/env python3
"""bench-table FOLDER: one table of targets from the results of the other scripts, printed and written as bench.json."""
import datetime
import json
import os
import sys
from pathlib import Path


def read(path):
    return json.loads(path.read_text()) if path.exists() else None


class Table:
    def __init__(self):
        self.rows = []

    def add(self, what, target, measured, unit, met):
        """`measured` may be None: then it was not measured."""
        words = "not measured" if measured is None else f"{measured:,.2f}".rstrip("0").rstrip(".") + unit
        verdict = "–" if measured is None else "yes" if met(measured) else "no"
        self.rows.append({"what": what, "target": target, "measured": measured, "text": words, "met": verdict})

    def at_most(self, what, limit, measured, unit=""):
        self.add(what, f"at most {limit:g}{unit}", measured, unit, lambda value: value <= limit)

    def without_target(self, what, measured, unit=""):
        self.add(what, "–", measured, unit, lambda _: True)
        self.rows[-1]["met"] = "–"

    def at_least(self, what, limit, measured, unit=""):
        self.add(what, f"at least {limit:g}{unit}", measured, unit, lambda value: value >= limit)


def server_rows(table, servers):
    results, limits = (servers or {}).get("results", {}), (servers or {}).get("limits", {})

    def value(size, server, metric):
        cell = results.get(str(size), {}).get(server, {}).get(metric)
        return cell and cell["median"]

    def ratio(over, under):
        return over / under if over is not None and under else None

    def limit(size, name, field):
        return (limits.get(str(size)) or {}).get(name, {}).get(field)

    sizes = sorted(map(int, results)) or [1000]
    small, large = sizes[0], sizes[-1]
    mid = 10_000 if 10_000 in sizes else large
    between = f"{large:,} rows against {small:,}"
    for op, most in (("dashboard", 1.3), ("list", 2)):
        table.at_most(f"{op}, time, {between}", most,
                      ratio(value(large, "ours", f"{op} c=1 p50 ms"), value(small, "ours", f"{op} c=1 p50 ms")), "×")
    for op in ("add", "delete"):
        table.at_most(f"{op}, time, {between}", 2,
                      ratio(value(large, "ours", f"{op} c=1 p50 ms"), value(small, "ours", f"{op} c=1 p50 ms")), "×")
    for op in ("dashboard", "list"):
        metric = f"{op} c=32 /s"
        table.at_least(f"{op}, 32 clients, against the FastAPI peer, {mid:,} rows", 20,
                       ratio(value(mid, "ours", metric), value(mid, "fastapi", metric)), "×")
    table.at_least(f"dashboard, 32 clients, against a static file of nginx, {mid:,} rows", 0.125,
                   ratio(value(mid, "ours", "dashboard c=32 /s"), value(mid, "nginx-static", "dashboard c=32 /s")), "×")
    raw = limit(mid, "commit 1 row, FULL", "rows_per_s")
    table.at_least("durable adds, JSON, 32 clients, against raw commits", 2, ratio(value(mid, "ours", "add c=32 /s"), raw), "×")
    table.at_least("durable adds, htmx form, 32 clients, against raw commits", 0.7,
                   ratio(value(mid, "ours", "add html c=32 /s"), raw), "×")
    table.without_target(f"dashboard after a commit, 1 client, {mid:,} rows", value(mid, "ours", "dashboard after a commit c=1 p50 ms"), " ms")
    table.without_target(f"mixed load (60 dashboards, 30 lists, 10 adds), 32 clients, against the FastAPI peer, {mid:,} rows",
                         ratio(value(mid, "ours", "mixed c=32 /s"), value(mid, "fastapi", "mixed c=32 /s")), "×")
    for op in ("dashboard", "list"):
        packed, plain = value(mid, "ours", f"{op} c=1 p50 ms"), value(mid, "ours", f"{op} plain c=1 p50 ms")
        table.at_most(f"{op}, 1 client, time above that without compression, {mid:,} rows", 0.5,
                      packed - plain if packed is not None and plain is not None else None, " ms")
    for op, name, most in (("dashboard", "dashboard", 0.4), ("list", "list", 0.4), ("add", "add, JSON", 0.1), ("add html", "add, htmx form", 0.3)):
        table.at_most(f"{name}, 32 clients, processor time of one request, {mid:,} rows", most, value(mid, "ours", f"{op} c=32 CPU ms"), " ms")
    table.without_target(f"mixed, 32 clients, processor time of one request, {mid:,} rows", value(mid, "ours", "mixed c=32 CPU ms"), " ms")
    table.at_most("adds, JSON, 32 clients: p99 against p50", 10,
                  ratio(value(mid, "ours", "add c=32 p99 ms"), value(mid, "ours", "add c=32 p50 ms")), "×")
    table.at_least(f"adds, 32 clients, against the FastAPI peer, {mid:,} rows", 20,
                   ratio(value(mid, "ours", "add c=32 /s"), value(mid, "fastapi", "add c=32 /s")), "×")
    table.at_least(f"deletes, 1 client, against the FastAPI peer, {mid:,} rows", 3,
                   ratio(value(mid, "ours", "delete c=1 /s"), value(mid, "fastapi", "delete c=1 /s")), "×")
    table.at_most(f"CSV export of {large:,} rows, time, against sqlite3 -csv", 1.5,
                  ratio(value(large, "ours", "export s"), limit(large, "export: sqlite3 -csv", "total_s")), "×")
    table.at_most(f"CSV export of {large:,} rows, first byte", 50, value(large, "ours", "export first byte ms"), " ms")
    table.at_most(f"CSV export of {large:,} rows, memory growth", 10, value(large, "ours", "export extra RSS MB"), " MiB")
    table.at_most(f"memory, idle, {large:,} rows", 25, value(large, "ours", "idle RSS MB"), " MiB")
    table.at_most(f"memory, after the load, {large:,} rows", 80, value(large, "ours", "RSS at end MB"), " MiB")


def account_rows(table, found):
    found = found or {}

    def value(name):
        return found.get(name)

    def ratio(over, under):
        return value(over) / value(under) if value(over) and value(under) else None

    many = f"{found.get('accounts', 0):,} accounts of {found.get('each', 0):,} expenses, 32 clients"
    table.at_least(f"{many}, 10 % adds, against dashboards only", 0.5, ratio("ours mixed c=32 /s", "ours read c=32 /s"), "×")
    table.at_least(f"{many}, 10 % adds, against the FastAPI peer", 30, ratio("ours mixed c=32 /s", "fastapi mixed c=32 /s"), "×")
    table.without_target(f"{many}, dashboards only, processor time of one request", value("ours read c=32 CPU ms"), " ms")
    table.without_target(f"{many}, 10 % adds, processor time of one request", value("ours mixed c=32 CPU ms"), " ms")
    table.without_target(f"{many}, memory after the load", value("memory MiB"), " MiB")
    large = f"{found.get('large accounts', 0):,} accounts of {found.get('large each', 0):,} expenses"
    table.at_most(f"{large}, start to the first 200", 200, value("start ms"), " ms")
    table.at_most(f"{large}, memory, idle", 40, value("idle MiB"), " MiB")
    table.at_most(f"{large}, first dashboard of an account, median", 10, value("first dashboard ms"), " ms")
    table.without_target(f"{large}, first dashboard of an account, slowest", value("slowest first dashboard ms"), " ms")
    table.at_least("adds, JSON, 32 clients, a disk with syncs of 2 ms, against raw commits there", 10,
                   ratio("slow disk adds /s", "slow disk raw /s"), "×")


def own_rows(table, own):
    own = own or {}
    rows = f"{own.get('rows', 0):,} rows"
    table.at_most(f"file of {rows}", 300, own.get("file MB"), " MB")
    table.at_most(f"search, {own.get('rare matches', '?')} matches, total included, {rows}", 20, own.get("rare search ms"), " ms")
    table.at_most(f"search, {own.get('common matches', 0):,} matches, total included, {rows}", 300, own.get("common search ms"), " ms")
    for op, most in (("dashboard", 1.3), ("list", 2)):
        slow, quick = own.get(f"{op} ms"), own.get(f"few {op} ms")
        table.at_most(f"{op}, read and rendered again after a commit, server time, {rows} of five years against 1,000 of one", most,
                      slow / quick if slow and quick else None, "×")
    table.at_most(f"demo of {rows}", 60, own.get("demo s"), " s")
    table.at_most(f"start to the first 200, {rows}", 100, own.get("start ms"), " ms")
    kib = lambda name: own[name] / 1024 if name in own else None  # noqa: E731
    table.at_most("dashboard, first visit, compressed", 90, kib("first visit bytes"), " KiB")
    table.at_most("dashboard, first visit, requests", 8, own.get("first visit requests"))
    table.at_most("dashboard, repeat visit, compressed", 12, kib("repeat visit bytes"), " KiB")
    table.at_most("dashboard, compressed, against Brotli's level 5", 1.1,
                  own["dashboard bytes"] / own["brotli bytes"] if own.get("brotli bytes") else None, "×")


def import_rows(table, found, database, has_targets):
    found = found or {}
    rows = f"{found.get('rows', 0):,} rows, {database}"

    def add(what, limit, measured, unit):
        if has_targets:
            table.at_most(what, limit, measured, unit)
        else:
            table.without_target(what, measured, unit)

    def against_usual(step):
        slow, usual = found.get(f"dashboard during {step} ms"), found.get("usual dashboard ms")
        return slow / usual if slow and usual else None

    add(f"import, reading and verdicts, {rows}", 3, found.get("upload s"), " s")
    add(f"import, confirm, {rows}", 5, found.get("confirm s"), " s")
    add(f"import, memory above idle, {rows}", 80, found.get("memory MiB"), " MiB")
    for step, name in (("upload", "reading"), ("confirm", "confirm"), ("undo", "undo")):
        add(f"dashboard of another person during {name}, against its usual time, {rows}", 2, against_usual(step), "×")
    table.without_target(f"import, the same file again, {rows}", found.get("again s"), " s")
    table.without_target(f"import, the same file again, memory above idle, {rows}", found.get("memory again MiB"), " MiB")
    table.without_target(f"import, undo, {rows}", found.get("undo s"), " s")
    for step, name in (("upload", "reading"), ("confirm", "confirm"), ("undo", "undo")):
        table.without_target(f"longest add of another person during {name}, {rows}",
                             found.get(f"longest add during {step} ms"), " ms")


def recurring_rows(table, found):
    found = found or {}
    books = f"{found.get('books', 0):,} books × {found.get('schedules', 0)} recurring entries, three months off"
    table.without_target(f"entering what is due, {found.get('entered', 0):,} expenses, {books}", found.get("seconds"), " s")
    table.at_most(f"slowest dashboard of another person meanwhile, {books}", 50, found.get("slowest dashboard ms"), " ms")
    table.without_target(f"dashboard of another person meanwhile, median, {books}", found.get("dashboard ms"), " ms")
    table.without_target(f"longest add of another person meanwhile, {books}", found.get("slowest add ms"), " ms")


def main():
    folder = Path(sys.argv[1])
    servers, own = read(folder / "servers.json"), read(folder / "own.json")
    table = Table()
    server_rows(table, servers)
    account_rows(table, read(folder / "accounts.json"))
    own_rows(table, own)
    imported = {name: read(folder / f"import{name}.json") for name in ("", "-postgres")}
    import_rows(table, imported[""], "SQLite", has_targets=True)
    import_rows(table, imported["-postgres"], "PostgreSQL", has_targets=False)
    recurring = read(folder / "recurring.json")
    recurring_rows(table, recurring)
    cells = [("what", "target", "measured", "met")] + [(r["what"], r["target"], r["text"], r["met"]) for r in table.rows]
    print()
    for at, cell in enumerate(cells):
        print("| " + " | ".join(cell) + " |")
        if at == 0:
            print("|---" * 4 + "|")
    load = (servers or {}).get("host", {}).get("load_start") or os.getloadavg()
    print(f"\n{datetime.date.today()}, {os.cpu_count()} cores, load before {load[0]:.1f}")
    for problem in (servers or {}).get("problems", []):
        print(f"- {problem['n']:,} {problem['server']}: {problem['what']}")
    result = {"table": table.rows, "accounts": read(folder / "accounts.json"), "own": own, "import": imported, "recurring": recurring, "servers": servers}
    (folder / "bench.json").write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
