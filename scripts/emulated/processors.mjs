// cspell:ignore pcid apic invpcid
import { existsSync } from "node:fs";
import { arm64 } from "./arm64.mjs";

/**
 * Processors to emulate: the program of qemu-user, its `-cpu`, the expected block size (null without a blocked layout),
 * and a function that returns the path and the environment of Node for the processor. The names of processors are
 * followed by the features that qemu cannot emulate: it would warn about each.
 */
export const processors = [
  {
    name: "x64 with AVX2",
    emulator: "/usr/bin/qemu-x86_64",
    cpu: "Haswell,-pcid,-x2apic,-tsc-deadline,-hle,-invpcid,-rtm",
    block: 8,
    node: x64,
  },
  {
    name: "x64 without AVX",
    emulator: "/usr/bin/qemu-x86_64",
    cpu: "Nehalem",
    block: 8,
    node: x64,
  },
  {
    name: "arm64",
    emulator: "/usr/bin/qemu-aarch64",
    cpu: "max",
    block: null,
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
