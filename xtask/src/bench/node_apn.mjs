// Pushes per second of node-apn: one client, as its documentation has it.
// Arguments: address port dir team key pushes. Prints one line of JSON.
import apn from "@parse/node-apn";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [address, port, dir, teamId, keyId, count] = process.argv.slice(2);
const pushes = Number(count);
const provider = new apn.Provider({
  token: { key: readFileSync(join(dir, "key.p8")), keyId, teamId },
  address,
  port: Number(port),
  ca: readFileSync(join(dir, "ca.pem")),
  production: true,
});

const note = new apn.Notification();
note.topic = "com.example.app";
note.pushType = "alert";
note.priority = 10;
note.alert = { title: "Hello Ada", body: "x".repeat(100) };
note.payload = { link: "shop://orders/1" };

// Four calls of five hundred recipients at a time keep its connection full.
let next = 0;
let failed = 0;
async function work() {
  while (next < pushes) {
    const from = next;
    next = Math.min(next + 500, pushes);
    const tokens = [];
    for (let n = from; n < next; n++) tokens.push(n.toString(16).padStart(64, "0"));
    const result = await provider.send(note, tokens);
    failed += result.failed.length;
  }
}

// As a provider wants it: one push until the token was taken.
await provider.send(note, "0".repeat(64));
const begun = process.hrtime.bigint();
const cpu = process.cpuUsage();
await Promise.all([work(), work(), work(), work()]);
const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
const { user, system } = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    what: "node-apn",
    count: pushes - failed,
    seconds,
    per_second: (pushes - failed) / seconds,
    cpu_us_each: (user + system) / pushes,
    failed,
  }),
);
provider.shutdown();
