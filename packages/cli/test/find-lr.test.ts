import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { makeIdx } from "./support/data.ts";
import { start, temporaryFolder } from "./support/downhill.ts";
import { inProcess } from "./support/in-process.ts";

/** The words with another one in a place. */
const replaced = (words: readonly string[], place: number, word: string): string[] =>
  words.map((before, i) => (i === place ? word : before));

vi.setConfig({ testTimeout: 300_000 });
const folder = temporaryFolder();
const at = (...path: string[]): string => join(folder, ...path);
makeIdx(at("digits"));
makeIdx(at("single"), { classes: 1 });
const QUICK = ["--model", "mlp", "--batch-size", "20", "--threads", "1", "--steps", "120"];
const findLr = (...args: string[]) => inProcess(folder, ["find-lr", "digits", ...QUICK, ...args]);

describe("find-lr", () => {
  test("prints the rate and its reason, the curve, all suggestions and the next command", async () => {
    const { status, stdout, stderr } = await findLr();
    expect({ status }, stderr).toEqual({ status: 0 });
    expect(stdout).toMatch(/^Learning rate ([\d.e-]+) for sgd\nthe loss falls from /);
    expect(stdout).toContain("▲ chosen");
    // The reason, the plot and the JSON have the same lowest loss.
    const words = stdout.replaceAll(/\s+/g, " ");
    const [, least, leastAt] = /the loss falls from \S+ to (\S+) at (\S+) and/.exec(words) as RegExpExecArray;
    const [, drawn, drawnAt] = /smoothed loss, minimum (\S+) at lr (\S+)/.exec(words) as RegExpExecArray;
    expect([Number(drawn).toPrecision(3), drawnAt]).toEqual([Number(least).toPrecision(3), leastAt]);
    for (const name of ["consensus", "steepest", "valley", "slide", "minimum", "surmenok"]) {
      expect(stdout).toMatch(new RegExp(`^${name} `, "m"));
    }
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "The test has more steps than the data have batches, so it passed through the images 20 times.",
    );
    const rate = /^Learning rate (\S+)/.exec(stdout)?.[1];
    expect(stdout).toMatch(new RegExp(`^next +downhill train .*digits --model mlp .*--lr ${rate}$`, "m"));
    expect(stderr).toContain("range test of sgd: 120 steps\n");
    expect(readdirSync(folder).sort()).toEqual(["digits", "single"]);
  });

  test("--json is one object; of several optimizers, one with a result for each", async () => {
    const one = JSON.parse((await findLr("--json")).stdout);
    expect(one.chosen).toEqual(one.suggestions.consensus);
    expect(Object.keys(one.curve)).toEqual(expect.arrayContaining(["lr", "loss", "smoothed"]));
    expect(one.seconds).toBeGreaterThan(0);
    const { trend, lowest, lr } = one.curve;
    expect(lowest.loss).toBe(Math.min(...trend));
    expect(lowest.lr).toBe(lr[trend.indexOf(lowest.loss)]);
    expect(JSON.parse((await findLr("--json", "--choose", "valley")).stdout).chosen).toEqual(one.suggestions.valley);
    const { results } = JSON.parse(
      (await findLr("--json", "--optimizer", "adamw,lion", "--seeds", "2", "--probe")).stdout,
    );
    expect(results).toMatchObject([
      { optimizer: "adamw", seeds: 2, probe: 120 },
      { optimizer: "lion", seeds: 2, probe: 120 },
    ]);
  });

  test("--out leaves the curve and its plot, and writes over nothing", async () => {
    const { status, stdout } = await findLr("--out", "rates");
    expect(status).toBe(0);
    expect(stdout).toContain("files  rates/finder.json\n");
    expect(readdirSync(at("rates")).sort()).toEqual(["finder.json", "finder.png", "finder.svg"]);
    expect(JSON.parse(readFileSync(at("rates", "finder.json"), "utf8")).steps).toBe(120);
    mkdirSync(at("other"));
    writeFileSync(at("other", "mine"), "");
    const refused = await findLr("--out", "other");
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("--out other: it is not empty");
    expect(readdirSync(at("other"))).toEqual(["mine"]);
  });

  test.each<[args: string[], status: number, message: RegExp]>([
    [["--from", "1", "--to", "0.1"], 2, /^Error: --from 1 --to 0.1: expected the first rate below the last$/m],
    [["--from", "low"], 2, /^Error: --from low: expected a number above 0$/m],
    [["--steps", "3"], 1, /^Error: steps = 3: expected a whole number of at least 10$/m],
    [["--probe", "0.5"], 2, /^Error: --probe 0.5: expected a whole number of at least 1$/m],
    [["--optimizer", "sgd,adamm"], 2, /^Error: optimizer = 'adamm': did you mean 'adamw'\?$/m],
    [["--choose", "vally"], 2, /^Error: --choose vally: expected one of consensus, steepest, valley/m],
  ])("refuses %j", async (args, expected, message) => {
    const { status, stdout, stderr } = await findLr(...args);
    expect({ status, stdout }).toEqual({ status: expected, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("    at ");
  });

  test.each<[args: string[], reason: string]>([
    [["--from", "1e6", "--to", "1e9"], "the sweep began too high"],
    [["--from", "1e-12", "--to", "1e-9"], "the loss never falls by more than its noise"],
  ])("without a suggestion says why, with status 1: %j", async (args, reason) => {
    const { status, stdout } = await findLr(...args);
    expect(status).toBe(1);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(`No learning rate found for sgd ${reason}`);
    expect(stdout).not.toMatch(/^next /m);
  });

  test("refuses images of one class, in words", async () => {
    const { status, stderr } = await inProcess(folder, ["find-lr", "single", ...QUICK]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Error: .*(one class|class)/m);
    expect(stderr).not.toContain("    at ");
  });

  test.skipIf(process.platform === "win32")("ends at Ctrl-C, and leaves nothing", async () => {
    const search = start(folder, ["find-lr", "digits", ...QUICK, "--steps", "100000", "--out", "never"]);
    await search.waitFor("range test of sgd");
    search.kill("SIGINT");
    const { status, stdout, stderr } = await search.ended;
    expect({ status, stdout }, stderr).toEqual({ status: 130, stdout: "" });
    expect(stderr).toContain("Stopped. Results of an incomplete search are not kept.");
    expect(existsSync(at("never"))).toBe(false);
  });
});

describe("find-lr --sweep", () => {
  const sweep = (...args: string[]) =>
    inProcess(folder, ["find-lr", "digits", ...QUICK.slice(0, -2), "--lr", "0.02", "--steps", "12", ...args]);

  test("says the value and why, draws the losses, lists all values, and what to do next", async () => {
    const { status, stdout, stderr } = await sweep("--sweep", "momentum", "--values", "0.5,0.8,0.9", "--out", "swept");
    expect({ status }, stderr).toEqual({ status: 0 });
    const value = /^Momentum (\S+) for sgd$/m.exec(stdout)?.[1];
    expect(["0.5", "0.8", "0.9"]).toContain(value);
    expect(stdout).toMatch(new RegExp(`▲ chosen ${value}$|chosen ${value} ▲$`, "m"));
    for (const tried of ["0.5", "0.8", "0.9"]) expect(stdout).toMatch(new RegExp(`^ *${tried} +\\d\\.\\d+ `, "m"));
    expect(stdout).toMatch(new RegExp(`^next +downhill train .*--lr 0.02 .*--momentum ${value}$`, "m"));
    expect(stderr).toContain("sweep of momentum for sgd: 9 trainings on ");
    expect(readdirSync(at("swept")).sort()).toEqual(["sweep.json", "sweep.png", "sweep.svg"]);
    expect(JSON.parse(readFileSync(at("swept", "sweep.json"), "utf8")).chosen.value).toBe(Number(value));
  });

  test.each<[what: string, optimizer: string, name: string]>([
    ["momentum", "adamw", "beta1"],
    ["weight-decay", "adamw", "weightDecay"],
    ["batch-size", "sgd", "batchSize"],
  ])("--json of %s for %s is one object", async (what, optimizer, name) => {
    const values = what === "batch-size" ? "10,20" : "0,0.1";
    const { status, stdout } = await sweep("--sweep", what, "--optimizer", optimizer, "--values", values, "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ hyperparameter: name, optimizer, curve: { value: expect.any(Array) } });
  });

  test.each<[args: string[], status: number, message: RegExp]>([
    [["--sweep", "momentun"], 2, /^Error: --sweep momentun: expected one of weight-decay, momentum, batch-size$/m],
    [["--sweep", "momentum", "--values", "0,a"], 2, /^Error: --values 0,a: expected numbers with commas between them/m],
    [
      ["--sweep", "momentum", "--from", "0.1"],
      2,
      /^Error: --from: expected a range test. With --sweep momentum, use --values/m,
    ],
    [["--sweep", "momentum", "--optimizer", "adagrad"], 2, /^Error: .*adagrad.*momentum/m],
    [["--sweep", "batch-size", "--values", "10,5000"], 2, /^Error: .*5000.*120/m],
    [["--values", "0,1"], 2, /^Error: --values .*--sweep/m],
  ])("refuses %j", async (args, expected, message) => {
    const { status, stdout, stderr } = await sweep(...args);
    expect({ status, stdout }, stderr).toEqual({ status: expected, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("    at ");
  });
});

describe("train without a rate", () => {
  const SHORT = ["train", "digits", "--model", "mlp", "--batch-size", "20", "--threads", "1"];
  test.each<[args: string[], reason: RegExp]>([
    [["--epochs", "34"], /with lr \S+ \(found by a range test\)/],
    [["--epochs", "33"], /with lr 0\.1 \(the recipe for such images; the run is too short for a range test\)/],
    [["--epochs", "33", "--optimizer", "adamw"], /\(the default for adamw; the run is too short for a range test\)/],
    [["--epochs", "34", "--optimizer", "prodigy"], /with lr 1 \(the default for prodigy, which needs no tuning\)/],
  ])("%j", async (args, reason) => {
    const { status, stderr } = await inProcess(folder, [...SHORT, ...args]);
    expect({ status }, stderr).toEqual({ status: 0 });
    expect(stderr).toMatch(reason);
    expect(stderr.includes("range test of sgd: 200 steps\n")).toBe(reason.source.includes("found"));
  });
});

describe("train --lr auto", () => {
  const args = [
    "train",
    "digits",
    "--lr",
    "auto",
    "--model",
    "mlp",
    "--batch-size",
    "20",
    "--threads",
    "1",
    "--epochs",
    "2",
  ];

  test("trains with the rate that was found, and keeps the curve and the choice", async () => {
    const { status, stderr } = await inProcess(folder, [...args, "--out", "runs/auto"]);
    expect({ status }, stderr).toEqual({ status: 0 });
    const run = JSON.parse(readFileSync(at("runs/auto/run.json"), "utf8"));
    expect(run.finder.chosen.lr).toBe(run.config.lr);
    expect(run.finder.curve.lr.length).toBeGreaterThan(50);
    expect(run.given.lr).toBe("auto");
    expect(run.command).toContain("--lr auto");
    expect(run.schedule.maxLr).toBe(run.config.lr);
    expect(stderr).toContain(`Learning rate ${Number(run.config.lr.toPrecision(2))} for sgd: the loss falls`);
    expect(stderr).toContain("(found by a range test)");
    expect(stderr).not.toContain("uses the default");
    expect(readdirSync(at("runs/auto/plots"))).toEqual(expect.arrayContaining(["finder.png", "finder.svg"]));
    expect(readFileSync(at("runs/auto/report.html"), "utf8")).toContain("Learning-rate search");

    // The same as if the rate had been stated: the test has left nothing behind.
    const stated = await inProcess(folder, [...replaced(args, 3, String(run.config.lr)), "--out", "runs/stated"]);
    expect(stated.status).toBe(0);
    const metrics = (name: string): string => readFileSync(at("runs", name, "metrics.ndjson"), "utf8");
    expect(metrics("stated")).toBe(metrics("auto"));
    expect(JSON.parse(readFileSync(at("runs/stated/run.json"), "utf8")).finder).toBeNull();
  });

  test("a run uses the default if the test finds no rate, and prints so", async () => {
    const slow = JSON.stringify([{ match: ".", lrFactor: 1e-12 }]);
    const { status, stderr } = await inProcess(folder, [...args, "--groups", slow, "--out", "runs/none"]);
    expect({ status }, stderr).toEqual({ status: 0 });
    expect(stderr).toMatch(
      /^No learning rate found for sgd: the loss never falls .*\. The run uses the default, [\d.]+\.$/m,
    );
    const run = JSON.parse(readFileSync(at("runs/none/run.json"), "utf8"));
    expect(run.finder.chosen).toBeNull();
    expect(readFileSync(at("runs/none/report.html"), "utf8")).toContain("It suggested no rate, so the default of");
  });

  test("refuses images of one class before anything is written", async () => {
    const { status, stderr } = await inProcess(folder, [...replaced(args, 1, "single"), "--out", "runs/single"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Error: /m);
    expect(existsSync(at("runs/single"))).toBe(false);
  });
});
