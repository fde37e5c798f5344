import { plateau, type Schedule, schedules } from "@downhill/optim";
import { defined } from "@downhill/optim/defined";
import { buildSchedule, scheduleKind, scheduleNames } from "@downhill/train";
import { present } from "@downhill/train/text";
import { withSetting } from "../config/set.ts";
import { type Doc, docOf, firstSentence } from "../docs/doc-comments.ts";
import { curveInWords } from "../output/curve-words.ts";
import { setting, short } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { plot } from "../output/plot.ts";
import { joinSections } from "../output/sections.ts";
import { definitions, pairs, table } from "../output/table.ts";
import { wrap } from "../output/wrap.ts";
import { PROGRAM } from "../program-name.ts";
import { scheduledMomentum } from "../training/schedule-preview.ts";

/** Title, source and arguments of a schedule. */
interface ScheduleKind {
  readonly title: string;
  readonly source?: string | undefined;
  readonly arguments: Readonly<Record<string, { readonly expected: string; readonly default?: unknown }>>;
}

/** Schedules by name, without `plateau`, which is a controller. */
const KINDS: Readonly<Record<string, ScheduleKind>> = schedules.kinds;

const docFor = (name: string): Doc => docOf(name in KINDS ? "schedules" : "controllers", name);

/** Prints all schedules with a sentence about each: first those that need no arguments. */
export function listSchedules(output: Output): undefined {
  const simple = scheduleNames();
  const others = Object.keys(KINDS).filter((name) => !simple.includes(name));
  output.result(
    [...simple, ...others].map((name) => ({
      name,
      needsArguments: others.includes(name),
      about: firstSentence(docFor(name)),
    })),
    () => {
      const lines = (names: readonly string[]): string =>
        definitions(
          output.results,
          names.map((name) => [name, firstSentence(docFor(name))]),
        );
      return [
        `Stretched over the run, as --schedule NAME:\n${lines(simple)}`,
        `With arguments, as --schedule '{ "kind": NAME, ... }':\n${lines(others)}`,
        `Describe one: ${PROGRAM} schedules oneCycle`,
      ].join("\n\n");
    },
  );
}

const STEPS_PER_EPOCH = 100;

/** Run over which a schedule is drawn. */
export interface DrawOptions {
  readonly lr: number;
  readonly epochs: number;
  /** Arguments of the schedule, each as `argument=value`. */
  readonly set: readonly string[];
}

/** Prints everything known about a schedule, and draws it unless it needs arguments that are not set. */
export function showSchedule(output: Output, named: string, { lr, epochs, set }: DrawOptions): undefined {
  const name = scheduleKind(named);
  const totalSteps = Math.max(1, Math.round(epochs * STEPS_PER_EPOCH));
  const doc = docFor(name);
  const isSimple = scheduleNames().includes(name);
  const description = { ...set.reduce<Readonly<Record<string, unknown>>>(withSetting, {}), kind: name };
  const built =
    isSimple || set.length > 0 ? buildSchedule(description, lr, { stepsPerEpoch: STEPS_PER_EPOCH, totalSteps }) : null;
  // The values of a controller depend on a run.
  const schedule = built && !("observe" in built) ? built : null;
  const { title = "Plateau", source } = KINDS[name] ?? {};
  const rows = argumentsOf(name);
  const facts = { name, title, source, summary: doc.summary, notes: doc.paragraphs, arguments: rows };
  output.result({ ...facts, ...defined({ description: schedule?.description }) }, () => {
    const { results } = output;
    const columns = Math.min(100, results.columns());
    const use = isSimple ? name : `'{ "kind": "${name}", ... }'`;
    return joinSections([
      results.style("bold", title),
      ...[doc.summary, ...doc.paragraphs].map((text) => wrap(text, columns)),
      ...(schedule ? curves(schedule, totalSteps, epochs, output) : []),
      rows.length === 0 ? null : argumentTable(output, rows),
      pairs(
        results,
        present([
          source === undefined ? null : (["source", source] as const),
          ["use", `${PROGRAM} train DATA --schedule ${use}`] as const,
        ]),
      ),
    ]);
  });
}

/** Returns the curve of the learning rate, and that of the momentum if the schedule has one. */
function curves(schedule: Schedule, totalSteps: number, epochs: number, { results }: Output): string[] {
  const columns = Math.min(100, results.columns());
  const drawn = (title: string, values: Schedule): string => {
    const curve = plot((position) => values(position * (totalSteps - 1)), {
      columns,
      unicode: results.unicode,
      from: "step 0",
      to: `${totalSteps - 1}: ${short(epochs)} epochs of ${STEPS_PER_EPOCH}`,
    });
    return `${wrap(curveInWords(title, values, totalSteps), columns)}\n${curve}`;
  };
  const momentum = scheduledMomentum(schedule);
  return present([drawn("learning rate", schedule), momentum ? drawn("momentum", momentum) : null]);
}

interface ArgumentRow {
  readonly argument: string;
  readonly expected?: string;
  readonly default?: unknown;
}

function argumentsOf(name: string): ArgumentRow[] {
  const kind = KINDS[name];
  if (kind) return Object.entries(kind.arguments).map(([argument, facts]) => ({ argument, ...facts }));
  const { version, kind: _, base, ...rest } = plateau({ base: 0 }).description;
  return Object.entries(rest).map(([argument, value]) => ({ argument, default: value }));
}

function argumentTable(output: Output, rows: readonly ArgumentRow[]): string {
  const cells = rows.map((row) => [row.argument, "default" in row ? setting(row.default) : "", row.expected ?? ""]);
  return table(output.results, [{ title: "argument" }, { title: "default" }, { title: "expected", drop: 1 }], cells);
}
