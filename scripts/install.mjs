// Installs the dependencies of folders when they are missing or older than their lockfiles: node scripts/install.mjs checks
import { install } from "./ensure.mjs";

for (const folder of process.argv.slice(2)) install(folder);
