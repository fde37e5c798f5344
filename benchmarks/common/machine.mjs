import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";

/** Describes what the numbers depend on, without identifying the machine. */
export function describeMachine(pythons) {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    instructions: instructions(),
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    compiler: firstLine("gcc", ["--version"]) ?? "no gcc",
    torch: pythons.map(({ version }) => version).join(", ") || "no PyTorch",
    hugePages: hugePages(),
  };
}

/** Instruction sets for vectors, by the flag of the Linux kernel. The list is in rising order. */
const SETS = [
  ["asimd", "NEON"],
  ["sve", "SVE"],
  ["avx", "AVX"],
  ["avx2", "AVX2"],
  ["avx512f", "AVX-512"],
];

/** Returns the instruction sets for vectors in rising order; undefined on systems other than Linux. */
function instructions() {
  try {
    const [, flags] = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"));
    const found = new Set(flags.trim().split(/\s+/));
    return SETS.filter(([flag]) => found.has(flag)).map(([, name]) => name);
  } catch {
    return undefined;
  }
}

/** Reads when the system allocates memory in pages of 2 MB instead of 4 KB. */
function hugePages() {
  try {
    const setting = readFileSync("/sys/kernel/mm/transparent_hugepage/enabled", "utf8");
    const meaning = { always: "always", madvise: "where a program asks", never: "never" };
    return meaning[/\[(\w+)\]/.exec(setting)?.[1]] ?? "unknown";
  } catch {
    return "unknown";
  }
}

function firstLine(command, args) {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split("\n")[0];
  } catch {
    return null;
  }
}
