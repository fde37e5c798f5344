// Installs the programs that some tests need, on the systems of CI.
import { existsSync } from "node:fs";
import { run } from "./ensure.mjs";

// On other systems, tests that need these programs are skipped: a test command does not change the user's system.
const programs = ["chromium", "strace"].filter((name) => !existsSync(`/usr/bin/${name}`));
const mayInstall = process.env.CI && process.platform === "linux" && process.getuid() === 0;
if (mayInstall && programs.length > 0) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  run("apt-get", ["update"], { env });
  run("apt-get", ["install", "--yes", "--no-install-recommends", ...programs], { env });
}
