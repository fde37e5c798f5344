// Installs the dependencies of folders where they are missing or older than the lockfile: node scripts/install.mjs checks
import { install } from "./ensure.mjs";

for (const folder of process.argv.slice(2)) install(folder);
