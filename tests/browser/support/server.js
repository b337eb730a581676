// Starts the binary on a free port with a temporary data folder, and removes both.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const HERE = import.meta.dirname;
const BINARY = resolve(process.env.APP_BINARY ?? join(HERE, "../../../target/debug/expense-tracker"));
const ASSETS = resolve(process.env.ASSETS_DIR ?? join(HERE, "../../../assets/dist"));
const READY = /listening on http:\/\/[^\s:]+:(\d+)/;
const START_MS = 30_000;
const STOP_MS = 10_000;

/** Resolves to `{ port, run, stop }` once requests are served; rejects with the output of the server. */
export async function startServer(settings = {}) {
  const data = await mkdtemp(join(tmpdir(), "expense-tracker-"));
  const options = {
    cwd: data, // no stray .env is read here
    env: {
      PATH: process.env.PATH,
      HOST: "127.0.0.1",
      PORT: "0",
      DATA_DIR: data,
      ASSETS_DIR: ASSETS,
      PASSWORD_ROUNDS: "1000",
      ACCOUNTS_PER_HOUR: "100000",
      LOG: process.env.LOG ?? "warn",
      ...(process.env.DATABASE_URL ? { DATABASE_URL: process.env.DATABASE_URL } : {}),
      ...settings,
    },
  };
  const child = spawn(BINARY, ["serve"], { ...options, stdio: ["ignore", "ignore", "pipe"] });

  const said = [];
  const port = await new Promise((ready, fail) => {
    const giveUp = (why) => fail(new Error(`${BINARY} ${why}\n${said.join("\n")}`));
    const timer = setTimeout(() => giveUp(`was not ready after ${START_MS} ms`), START_MS);
    child.once("error", (error) => giveUp(`did not start: ${error.message}`));
    child.once("exit", (code) => giveUp(`ended at once with status ${code}`));
    createInterface({ input: child.stderr }).on("line", (line) => {
      said.push(line);
      if (said.length > 200) said.shift();
      const found = READY.exec(line);
      if (found) {
        clearTimeout(timer);
        ready(Number(found[1]));
      }
    });
  }).catch(async (error) => {
    child.kill("SIGKILL");
    await rm(data, { recursive: true, force: true });
    throw error;
  });

  return {
    port,
    said,
    /** Runs another command of the program on the same data; its output. */
    run(args, input) {
      return execFileSync(BINARY, args, { ...options, input, stdio: "pipe", encoding: "utf8" });
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, "exit");
        child.kill("SIGTERM");
        const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
        await gone;
        clearTimeout(timer);
      }
      await rm(data, { recursive: true, force: true });
    },
  };
}
