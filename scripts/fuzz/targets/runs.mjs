import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { openRun, readRunFolder, runPaths, summarizeRun } from "@downhill/train";
import { readNewestCheckpoint } from "../../../packages/train/dist/checkpoints/run-checkpoints.js";
import { report } from "../../../packages/train/dist/report/index.js";
import { execute } from "../../../packages/train/dist/run/execute.js";
import { mutateBytes, mutateJson } from "../mutate.mjs";

const PLENTY = { metrics: 1e9, timings: 1e9 };
const GIVEN = {
  data: "sample",
  model: "mlp",
  trainLimit: 60,
  testLimit: 40,
  batchSize: 20,
  epochs: 2,
  threads: 1,
  lr: 0.1,
};

/** Tests run folders: an accepted one has the written weights and numbers, if it has their hashes. */
export async function prepare(home) {
  const folder = join(home, "whole");
  await execute({ kind: "new", given: GIVEN, folder, command: "" }, { emit() {}, shouldStop: () => false });
  const drawn = /\.(html|svg|png|onnx)$/;
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !drawn.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))]));
  return { folder, files, ...read(folder) };
}

function read(folder) {
  const { network } = openRun(folder);
  return {
    weights: network.parameters.values.slice(),
    run: readRunFolder(folder),
    summary: summarizeRun(folder),
    checkpoint: readNewestCheckpoint(runPaths(folder).checkpoints, PLENTY, () => {})?.checkpoint,
  };
}

export async function run(whole, random, folder) {
  const name = random.pick(Object.keys(whole.files));
  const bytes = whole.files[name];
  const isJson = name.endsWith(".json");
  // Older versions wrote no hashes. Numbers may then differ, but nothing may crash.
  const isOld = isJson && random.share() < 0.5;
  const damaged =
    isJson && random.share() < 0.7
      ? Buffer.from(mutateJson(contents(bytes, isOld), random, 1))
      : name.endsWith(".ndjson") && random.share() < 0.7
        ? mutateLine(bytes, random)
        : mutateBytes(isOld ? Buffer.from(JSON.stringify(contents(bytes, true))) : bytes, random);
  for (const [file, content] of Object.entries(whole.files)) {
    mkdirSync(join(folder, file, ".."), { recursive: true });
    writeFileSync(join(folder, file), file === name ? damaged : content);
  }
  const attempts = [
    () => openRun(folder).network.parameters.values,
    () => summarizeRun(folder),
    () => readNewestCheckpoint(runPaths(folder).checkpoints, PLENTY, () => {}),
    () => {
      const found = readRunFolder(folder);
      report({ run: found });
      return found;
    },
  ];
  const problems = [];
  const [weights, , saved, found] = attempts.map((attempt) => {
    try {
      return attempt();
    } catch (error) {
      problems.push(error);
      return undefined;
    }
  });
  const defect = problems.find((error) => error.name !== "TrainError");
  if (defect) throw defect;
  const isHashed = !isOld && keepsHash(name, damaged);
  if (isHashed && weights) assert.deepEqual(weights, whole.weights, "weights");
  if (isHashed && saved) assert.ok(isOneOf(saved.checkpoint, whole), "a checkpoint");
  // The comparison is by JSON, because 0 and -0 are the same number.
  if (isHashed && found && isJson)
    assert.equal(JSON.stringify(found), JSON.stringify({ ...whole.run, folder }), "the run");
  if (problems.length > 0) throw problems[0];
}

function contents(bytes, isOld) {
  const value = JSON.parse(bytes);
  if (isOld) delete value.checksum;
  return value;
}

/** True if a damaged file still has the key of its hash. */
function keepsHash(name, bytes) {
  if (!name.endsWith(".json")) return true;
  try {
    return Object.hasOwn(JSON.parse(bytes), "checksum");
  } catch {
    return true;
  }
}

function mutateLine(bytes, random) {
  const lines = bytes.toString("utf8").split("\n");
  const at = random.below(lines.length - 1);
  lines[at] = mutateJson(JSON.parse(lines[at]), random);
  return Buffer.from(lines.join("\n"));
}

const isOneOf = (checkpoint, whole) => {
  const { step } = checkpoint.position;
  whole.known ??= new Map();
  if (!whole.known.has(step)) {
    const only = join(whole.folder, "..", `only-${step}`);
    for (const file of Object.keys(whole.files)) {
      if (!file.includes(String(step).padStart(8, "0"))) continue;
      mkdirSync(join(only, file, ".."), { recursive: true });
      cpSync(join(whole.folder, file), join(only, file));
    }
    whole.known.set(step, readNewestCheckpoint(runPaths(only).checkpoints, PLENTY, () => {})?.checkpoint);
  }
  assert.deepEqual(checkpoint, whole.known.get(step));
  return true;
};
