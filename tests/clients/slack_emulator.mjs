// Runs emulate's Slack on loopback until standard input ends.
//
// In, as JSON in the first argument: the seed, as emulate's own documentation has it. Out: one line on standard output,
// the address it listens at.
import { text } from "node:stream/consumers";

import { createEmulator } from "emulate";

const seed = JSON.parse(process.argv[2]);
const slack = await createEmulator({ service: "slack", port: 0, hostname: "127.0.0.1", seed });
console.log(slack.url.replace("localhost", "127.0.0.1"));
await text(process.stdin);
await slack.close();
