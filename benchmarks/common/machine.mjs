import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";

/** Describes what the numbers depend on, without identifying the machine. */
export function describeMachine(pythons) {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    compiler: firstLine("gcc", ["--version"]) ?? "no gcc",
    torch: pythons.map(({ version }) => version).join(", ") || "no PyTorch",
    hugePages: hugePages(),
  };
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
