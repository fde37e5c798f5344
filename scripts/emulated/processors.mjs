import { existsSync } from "node:fs";
import { arm64 } from "./arm64.mjs";

/**
 * Processors to emulate: the program of qemu-user, its `-cpu`, the lowerings to compute, and a function that returns the
 * environment and the path of Node for the processor. Features that qemu cannot emulate are removed: it warns about each.
 */
export const processors = [
  {
    name: "x64 with AVX2",
    emulator: "/usr/bin/qemu-x86_64",
    cpu: "Haswell,-pcid,-x2apic,-tsc-deadline,-hle,-invpcid,-rtm",
    lowerings: ["portable"],
    node: x64,
  },
  {
    name: "x64 without AVX",
    emulator: "/usr/bin/qemu-x86_64",
    cpu: "Nehalem",
    lowerings: ["portable"],
    node: x64,
  },
  {
    name: "arm64",
    emulator: "/usr/bin/qemu-aarch64",
    cpu: "max",
    lowerings: ["portable"],
    node: arm64,
  },
];

/** Returns Node for x64, or the reason why there is none. */
function x64() {
  const isX64 = process.platform === "linux" && process.arch === "x64";
  return isX64 ? { node: process.execPath, env: {} } : { lack: `this machine is ${process.platform}-${process.arch}` };
}

/** Returns the reason why a processor cannot be emulated here, or Node for it. */
export async function nodeFor({ emulator, node }, cache) {
  if (!existsSync(emulator)) return { lack: `there is no ${emulator}. Install the Debian package qemu-user.` };
  return node(cache);
}
