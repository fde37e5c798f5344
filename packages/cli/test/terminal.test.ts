import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { makeIdx } from "./support/data.ts";
import { COMMAND, temporaryFolder } from "./support/downhill.ts";

vi.setConfig({ testTimeout: 300_000 });
const folder = temporaryFolder();
makeIdx(join(folder, "digits"), { train: 600 });

const hasTerminals = spawnSync("python3", ["-c", "import pty"]).status === 0;
if (!hasTerminals) console.warn("Tests of terminals are skipped: they need python3, on Linux or macOS");

/** Returns the output of a command in a terminal of some width. */
function shownIn(columns: number, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const script = fileURLToPath(new URL("./support/terminal.py", import.meta.url));
  const { NO_COLOR, FORCE_COLOR, LC_ALL, ...rest } = process.env;
  const { status, stdout } = spawnSync("python3", [script, String(columns), process.execPath, COMMAND, ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...rest, TERM: "xterm-256color", LANG: "C.UTF-8", ...env },
  });
  expect(status, stdout).toBe(0);
  return stdout.replaceAll("\r\n", "\n");
}

const REDRAWN = "\r\u001B[2K";
const TRAIN = ["train", "digits", "--model", "mlp", "--epochs", "30", "--batch-size", "10", "--threads", "1"];

/** Expects that permanent lines end between words. */
function expectWrapped(shown: string, columns: number): void {
  const lines = shown
    .split("\n")
    .map((line) => stripVTControlCharacters(line.split(REDRAWN).at(-1) as string).trimEnd());
  const isTooLong = (line: string): boolean => line.length > columns && line.includes(" ");
  expect(lines.filter(isTooLong)).toEqual([]);
  expect(lines.join(" ")).toMatch(
    /test accuracy [\d.]+ % \(95 % interval [\d.]+ to [\d.]+ %, 40 images\), loss [\d.]+/,
  );
}

describe.skipIf(!hasTerminals)("in a terminal", () => {
  test.each([80, 40])(
    "of %i columns, one status line is redrawn within the width, and one line per epoch stays",
    (columns) => {
      const shown = shownIn(columns, TRAIN);
      const frames = shown.split(REDRAWN).map(stripVTControlCharacters);
      const redrawn = frames.filter((frame) => frame !== "" && !frame.includes("\n"));
      const steps = redrawn.filter((frame) => /^epoch \d+\/30 · .*loss \d/.test(frame));
      expect(steps.length).toBeGreaterThan(3);
      expect(steps.at(-1)).toMatch(/ · \d+:\d\d left$/);
      expect(Math.max(...redrawn.map((frame) => frame.length))).toBeLessThan(columns);
      const staying = frames
        .filter((frame) => frame.includes("\n"))
        .join("")
        .split("\n");
      const epochs = staying.filter((line) => /^epoch [ \d]\d\/30 {2}/.test(line));
      expect(epochs).toHaveLength(30);
      expect(Math.max(...epochs.map((line) => line.length))).toBeLessThanOrEqual(columns);
      expect(shown).toContain("\u001B[1mtest accuracy");
      expectWrapped(shown, columns);
    },
  );

  test("NO_COLOR keeps the status line and removes the colors; without Unicode, the line is in ASCII", () => {
    const shown = shownIn(80, TRAIN, { NO_COLOR: "1", LC_ALL: "C" });
    expect(shown).toContain(REDRAWN);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape of colors
    expect(shown).not.toMatch(/\u001B\[\d*m/);
    expect(stripVTControlCharacters(shown)).toMatch(/epoch \d+\/30 \| step /);
  });

  test("a terminal that cannot redraw gets lines, as a pipe does", () => {
    const shown = shownIn(80, [...TRAIN, "--epochs", "2"], { TERM: "dumb" });
    expect(shown).not.toContain("\u001B");
    expect(shown).toMatch(/^epoch 2\/2 {2}/m);
  });

  test("of 60 columns, permanent lines end between words, and tables have fewer columns than in a wide one", () => {
    expectWrapped(shownIn(60, [...TRAIN, "--epochs", "1", "--out", "runs/a"]), 60);
    const [wide, narrow] = [120, 30].map((columns) => stripVTControlCharacters(shownIn(columns, ["runs", "list"])));
    expect(wide).toMatch(/^run +status +accuracy +loss +epochs +model +optimizer +data/);
    expect(narrow).toMatch(/^run +accuracy\n/);
  });
});
