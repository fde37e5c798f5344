// Installs the programs that some checks need, on the systems of CI.
import { existsSync } from "node:fs";
import { run } from "./ensure.mjs";

/** Debian packages by the program that they install. */
const PACKAGES = { chromium: "chromium", strace: "strace", "qemu-x86_64": "qemu-user" };

// On other systems, checks that need these programs are skipped: a test command does not change the user's system.
const missing = Object.entries(PACKAGES).flatMap(([name, from]) => (existsSync(`/usr/bin/${name}`) ? [] : [from]));
const mayInstall = process.env.CI && process.platform === "linux" && process.getuid() === 0;
if (mayInstall && missing.length > 0) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  run("apt-get", ["update"], { env });
  run("apt-get", ["install", "--yes", "--no-install-recommends", ...missing], { env });
}
