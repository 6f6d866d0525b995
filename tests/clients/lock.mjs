// Takes the addresses where packages ask for money out of the lock file, as .npmrc keeps out where they come from: what
// is locked is a version and its checksum, wherever somebody's registry is.
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));
for (const locked of Object.values(lock.packages)) delete locked.funding;
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
