// Measures the speed of @downhill/optim: see README.md.
import { flag, readArguments, someOf, unknownName } from "./common/arguments.mjs";
import { describeMachine } from "./common/machine.mjs";
import { installPeers } from "./common/peers.mjs";
import { pythonsWithTorch } from "./common/pythons.mjs";
import { table } from "./common/report.mjs";
import { busy } from "./optim/sections/busy.mjs";
import { compile } from "./optim/sections/compile.mjs";
import { memory } from "./optim/sections/memory.mjs";
import { muon } from "./optim/sections/muon.mjs";
import { options } from "./optim/sections/options.mjs";
import { tfjs } from "./optim/sections/tfjs.mjs";

import { threads } from "./optim/sections/threads.mjs";
import { tiny } from "./optim/sections/tiny.mjs";
import { torch } from "./optim/sections/torch.mjs";

const SECTIONS = { memory, threads, busy, torch, tiny, tfjs, compile, options, muon };

const USAGE = `Usage: npm run bench -- optim [OPTIONS]

  --only NAME      only this part; may be repeated: ${Object.keys(SECTIONS).join(", ")}
  --quick          a smoke run of a few seconds: small sizes, few rounds
  --json           one JSON document instead of tables
  --python PATH    a Python with PyTorch; may be repeated (default: python3, then /usr/bin/python3)
  --install-peers  install the compared libraries first (npm ci in benchmarks/, about 300 MB)`;

const known = { only: someOf, quick: flag, json: flag, python: someOf, "install-peers": flag };
const arguments_ = readArguments(USAGE, known, ({ only }) => unknownName("part", only, SECTIONS));
if (arguments_["install-peers"]) installPeers();

const effort = arguments_.quick ? { rounds: 3, milliseconds: 10 } : { rounds: 15, milliseconds: 200 };
const pythons = pythonsWithTorch(arguments_.python);
const report = {
  command: ["npm run bench -- optim", ...process.argv.slice(2)].join(" "),
  date: new Date().toISOString().slice(0, 10),
  machine: describeMachine(pythons),
  sections: [],
};

if (!arguments_.json) console.log(introduction(report));
for (const name of arguments_.only.length > 0 ? arguments_.only : Object.keys(SECTIONS)) {
  console.error(`measuring: ${name}`);
  const left = [];
  const context = { effort, quick: arguments_.quick, pythons, skipped: (what, reason) => left.push({ what, reason }) };
  const section = await SECTIONS[name](context);
  report.sections.push({ name, title: section.title, rows: section.rows, notes: section.notes ?? [], skipped: left });
  if (!arguments_.json) console.log(show(section, left));
}
if (arguments_.json) console.log(JSON.stringify(report, null, 2));

function introduction({ command, date, machine }) {
  const { processor, cores, memory: size, system, node, compiler, torch: version, hugePages } = machine;
  return [
    command,
    `${date}: ${processor}, ${cores} cores, ${size}, ${system}, Node ${node}, PyTorch ${version}, ${compiler}`,
    `huge pages: ${hugePages}`,
    `Medians of ${effort.rounds} rounds in which all contestants take turns; ratios are medians of the rounds' ratios (quartiles).`,
  ].join("\n");
}

function show(section, left) {
  const reasons = new Map();
  for (const { what, reason } of left) reasons.set(reason, [...(reasons.get(reason) ?? []), what]);
  return [
    `\n## ${section.title}\n`,
    section.rows.length > 0 ? table(section) : "No measurement was possible.",
    ...(section.notes ?? []).map((note) => `\n${note}`),
    ...[...reasons].map(([reason, what]) => `\nskipped: ${what.join("; ")}: ${reason}`),
  ].join("\n");
}
