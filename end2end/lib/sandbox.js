// What came over the wire: the sandbox's own log, one line a push.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Every push that the sandbox of `serve --demo` received, with the device that
 * has its token.
 *
 * @param {{ directory: string }} server
 * @param {string} devices the file of devices that was imported
 */
export async function arrivals(server, devices) {
  const rows = await linesOf(devices);
  const ids = new Map(rows.map((row) => row.split(",")).map((row) => [row[4], row[1]]));
  const log = await linesOf(join(server.directory, "data/sandbox-pushes.jsonl"));
  return log.map((line) => {
    const { token, payload } = JSON.parse(line);
    const { title, body } = payload.aps?.alert ?? payload.message.notification;
    return { device: ids.get(token), title, body };
  });
}

async function linesOf(file) {
  return (await readFile(file, "utf8")).trim().split("\n");
}
