import { compile, createNetwork, lower, models, trainingGraph } from "@downhill/graph";
import { table } from "../common/report.mjs";
import { batchOf, CLASSES, WORKLOADS } from "./workloads.mjs";

/**
 * Prints the time of a training step in standard ops, with and without Winograd's variants, and in the blocked layout. All
 * use their default variants and take turns. Usage: node benchmarks/graph/portable.mjs W3 [rounds] [cpu | wasm] [threads]
 */
const [work = "W3", rounds = "6", device = "cpu", threads = "1"] = process.argv.slice(2);
const { title, model: name, imageShape, options, batch } = WORKLOADS[work];
const model = models[name](imageShape, CLASSES, options);
const network = createNetwork(model, { seed: 1 });
const outputs = trainingGraph(model, batch);
const arrays = batchOf(WORKLOADS[work]);

/** Records the default variants, with the first other variant in place of each Winograd variant. */
function directVariants() {
  const variants = {};
  lower(outputs, {
    choose: ({ id, variants: names, defaultVariant }) => {
      variants[id] = defaultVariant === "winograd" ? names[0] : defaultVariant;
      return variants[id];
    },
  });
  return { variants, add() {}, missing() {} };
}

async function open(settings) {
  const program = await compile(outputs, { device, threads: Number(threads), tune: false, ...settings });
  const feeds = program.inputs.map(({ name }) => [
    name,
    arrays[name] ?? network.buffers[name] ?? network.parameters.value(name).slice(),
  ]);
  return { run: () => program.run(Object.fromEntries(feeds)), wall: [], cpu: [] };
}

const contestants = {
  "portable, without tiles": await open({ lowering: "portable", variants: directVariants() }),
  portable: await open({ lowering: "portable" }),
  ...(device === "cpu" && { blocked: await open({ lowering: "blocked" }) }),
};
for (const { run } of Object.values(contestants)) await run();
for (let round = 0; round < Number(rounds); round++) {
  for (const contestant of Object.values(contestants)) {
    const [wall, cpu] = [performance.now(), process.cpuUsage()];
    await contestant.run();
    const { user, system } = process.cpuUsage(cpu);
    contestant.wall.push(performance.now() - wall);
    contestant.cpu.push((user + system) / 1000);
  }
}

const columns = [
  ["lowering", ([lowering]) => lowering],
  ["fastest step, ms", ([, { wall }]) => Math.min(...wall).toFixed(1)],
  ["least CPU time, ms", ([, { cpu }]) => Math.min(...cpu).toFixed(1)],
];
console.log(`${title}, ${device}, ${threads} threads\n\n${table({ columns, rows: Object.entries(contestants) })}`);
process.exit(0);
