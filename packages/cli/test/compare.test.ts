import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { start, temporaryFolder } from "./support/downhill.ts";
import { inProcess } from "./support/in-process.ts";

vi.setConfig({ testTimeout: 400_000 });
const folder = temporaryFolder();
const SMALL = ["--model", "mlp", "--epochs", "1", "--train-limit", "200", "--test-limit", "50", "--jobs", "2"];
const RACE = ["compare", "sample", "--optimizers", "sgd,adam", "--tuning", "1", "--seeds", "2", ...SMALL];

/** Returns the JSON lines of a command's output. */
const linesOf = (text: string): Record<string, unknown>[] =>
  text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));

test("a comparison that is killed, stopped by Ctrl-C and resumed ends with its table", async () => {
  const killed = start(folder, [...RACE, "--out", "race"]);
  await killed.waitFor("tuning 1 of 1");
  killed.kill("SIGKILL");
  await killed.ended;
  const stopped = start(folder, ["compare", "--resume", "race"]);
  await stopped.waitFor("seed 0:");
  stopped.kill("SIGINT");
  expect(await stopped.ended).toMatchObject({ status: 130 });
  const { status, stdout } = await inProcess(folder, ["compare", "--resume", "race", "--json"]);
  expect(status).toBe(0);
  const result = linesOf(stdout).at(-1);
  expect(result).toMatchObject({ event: "result", status: "finished", folder: "race", measure: "accuracy" });
  expect(result?.entrants).toMatchObject([{ status: "finished" }, { status: "finished" }]);
  expect(result?.verdict).toMatch(/\.$/);
  expect(readdirSync(join(folder, "race"))).toEqual(expect.arrayContaining(["report.html", "comparison.csv", "plots"]));
  const again = await inProcess(folder, ["compare", "--resume", "race"]);
  expect(again.status).toBe(0);
  expect(again.stdout).toMatch(/^entrant +accuracy +95 % interval/);
  expect(again.stdout).toContain(result?.verdict as string);
  expect(again.stdout).toContain("momentum 0.9");
  expect(again.stdout).toContain("downhill compare --add race --optimizers NAME");
});

test.each([
  ["no entrants", ["sample"], 2, "there are no entrants"],
  ["an unknown optimizer", ["sample", "--optimizers", "sgd,adm"], 2, "did you mean 'adam'"],
  ["a fixed rate", ["sample", "--optimizers", "sgd,adam", "--lr", "0.1"], 2, "Remove --lr."],
  [
    "a measure without a target",
    ["sample", "--optimizers", "sgd,adam", "--measure", "updates"],
    2,
    "expected --target",
  ],
  ["settings of a comparison that has them", ["--resume", "race", "--seeds", "3"], 2, "Remove --seeds"],
])("%s: an error that explains what to do", async (_, args, status, message) => {
  const ended = await inProcess(folder, ["compare", ...args]);
  expect([ended.status, ended.stdout]).toEqual([status, ""]);
  expect(ended.stderr).toContain(message);
  expect(ended.stderr).not.toContain("    at ");
});
