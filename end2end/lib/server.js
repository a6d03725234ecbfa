// The real binary, in a data directory of its own, on a free port.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

const BINARY = process.env.CARILLON_BINARY ?? join(ROOT, "target/debug/carillon");
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 15_000;

/**
 * Starts `carillon serve` and waits until it listens.
 *
 * @param {object} [options]
 * @param {string[]} [options.args] more flags for `serve`
 * @param {Record<string, string>} [options.env] more environment
 */
export async function startServer({ args = [], env = {} } = {}) {
  const directory = await mkdtemp(join(tmpdir(), "carillon-e2e-"));
  const child = spawn(BINARY, ["serve", "--listen", "127.0.0.1:0", ...args], {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let log = "";
  child.stderr.on("data", (chunk) => {
    log += chunk;
  });
  const ended = new Promise((done) => child.once("exit", done));

  const url = await new Promise((found, failed) => {
    const timer = setTimeout(
      () => failed(new Error(`the server did not start in ${START_TIMEOUT_MS} ms:\n${log}`)),
      START_TIMEOUT_MS,
    );
    child.stdout.on("data", (chunk) => {
      output += chunk;
      const match = /listening on (http:\/\/\S+)/.exec(output);
      if (match) {
        clearTimeout(timer);
        found(match[1]);
      }
    });
    child.once("error", failed);
    child.once("exit", (code) => failed(new Error(`the server ended with ${code}:\n${log}`)));
  }).catch(async (error) => {
    child.kill("SIGKILL");
    await rm(directory, { recursive: true, force: true });
    throw error;
  });

  return {
    url,
    directory,
    /** The one-time link of a first start; `undefined` when there was nobody to make. */
    signInLink: /sign in at (http\S+)/.exec(output)?.[1],
    pid: child.pid,
    /** Everything logged so far. */
    log: () => log,
    /** Everything printed so far. */
    output: () => output,
    /** Asks it to stop, insists after a while, and removes its data. */
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      const code = await ended;
      clearTimeout(timer);
      await rm(directory, { recursive: true, force: true });
      return code;
    },
  };
}
