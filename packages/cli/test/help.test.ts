import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, test, vi } from "vitest";
import { Output } from "../src/output/output.ts";
import { createProgram } from "../src/program.ts";
import { makePhotos, png } from "./support/data.ts";
import { BUILT, COMMAND, downhill, environment, temporaryFolder } from "./support/downhill.ts";
import { onFewImages } from "./support/few-images.ts";
import { inProcess } from "./support/in-process.ts";
import { argumentsOf } from "./support/shell-words.ts";

vi.setConfig({ testTimeout: 400_000 });
const folder = temporaryFolder();
const program = createProgram(new Output(process.stdout, process.stderr, {}));

/** Returns each command as the words that call it. */
const paths = (command: Command, words: readonly string[] = []): string[][] => [
  [...words],
  ...command.commands.flatMap((child) => paths(child, [...words, child.name()])),
];
const commands = paths(program).slice(1);

test("Node runs the built file", () => {
  const main = join(BUILT, "../../dist/main.js");
  const { status, stdout } = spawnSync(process.execPath, [main, "--help"], { encoding: "utf8", env: environment() });
  expect([status, stdout]).toEqual([0, downhill(folder, ["--help"]).stdout]);
});

const examplesIn = (help: string): string[] =>
  (/\nExamples?:\n(.*)$/s.exec(help)?.[1] ?? "")
    .split("\n")
    .flatMap((line) => /^ {2}(downhill .*)$/.exec(line)?.[1] ?? []);

describe.each(commands.map((words) => [words.join(" "), words] as const))("downhill %s --help", (_, words) => {
  test("has a description, arguments, flags and an example", async () => {
    const { status, stdout, stderr } = await inProcess(folder, [...words, "--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^Usage: downhill ${words.join(" ")} .*\n\n[A-Z].*\\.\n`, "s"));
    expect(examplesIn(stdout)).not.toEqual([]);
    expect(stdout).not.toMatch(/undefined|default: \[\]/);
  });
});

/** Sends Ctrl-C to a command that runs until then, as soon as the command listens for it. */
function interruptLater(): void {
  const before = process.listenerCount("SIGINT");
  const timer = setInterval(() => {
    if (process.listenerCount("SIGINT") === before) return;
    clearInterval(timer);
    process.emit("SIGINT");
  }, 20);
}

test("the examples of all commands work, in the order of the help", async () => {
  writeFileSync(join(folder, "photo.jpg"), await png(0, 0, 64));
  const examples: string[] = [];
  for (const words of commands) examples.push(...examplesIn((await inProcess(folder, [...words, "--help"])).stdout));
  expect(examples.length).toBeGreaterThanOrEqual(commands.length);
  // Trainings come first, and removals last.
  const order = [...new Set(examples)].sort((a, b) => Number(a.includes("remove")) - Number(b.includes("remove")));
  for (const example of order) {
    const [args = []] = argumentsOf(onFewImages(example));
    if (args[0] === "lab") interruptLater();
    const { status, stderr } = await inProcess(folder, args);
    expect({ example, status, stderr: status === 0 ? "" : stderr }).toEqual({ example, status: 0, stderr: "" });
  }
});

test("the commands of this package's README work, in their order, and each process ends", async () => {
  const own = temporaryFolder();
  await makePhotos(join(own, "photos"), { cat: 12, dog: 12 });
  writeFileSync(join(own, "photo.jpg"), await png(0, 0, 64));
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  writeFileSync(join(own, "downhill.config.json"), /```json\n(.*?)```/s.exec(readme)?.[1] as string);
  const lines = [...readme.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = ""]) => block.trimEnd().split("\n"));
  const commands = lines.filter((line) => line.startsWith("npx downhill "));
  expect(commands.length).toBeGreaterThan(4);
  for (const line of commands) {
    const script = `npx() { shift; '${process.execPath}' '${COMMAND}' "$@"; }\n${onFewImages(line)}`;
    const { status, stderr } = spawnSync("sh", ["-c", script], { cwd: own, encoding: "utf8" });
    expect({ line, status, stderr: status === 0 ? "" : stderr }).toEqual({ line, status: 0, stderr: "" });
  }
});

test("without arguments, or with help, prints all commands; a group alone prints its commands and ends with 2", async () => {
  for (const args of [[], ["--help"], ["help"]]) {
    const { status, stdout, stderr } = await inProcess(folder, args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const [name, ...more] of commands)
      if (more.length === 0) expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
  }
  const group = await inProcess(folder, ["runs"]);
  expect({ status: group.status, stdout: group.stdout }).toEqual({ status: 2, stdout: "" });
  expect(group.stderr).toContain("remove");
});

test("the version is that of the package", async () => {
  expect((await inProcess(folder, ["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
