import { plateau, type Schedule, schedules } from "@downhill/optim";
import { buildSchedule, scheduleKind, scheduleNames } from "@downhill/train";
import { positiveNumber } from "../config/positive-number.ts";
import { withSetting } from "../config/set.ts";
import { type Doc, docOf, firstSentence } from "../docs/doc-comments.ts";
import { curveInWords } from "../output/curve-words.ts";
import { setting, short } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { plot } from "../output/plot.ts";
import { definitions, pairs, table } from "../output/table.ts";
import { wrap } from "../output/wrap.ts";

interface Options {
  readonly lr: string;
  readonly epochs: string;
  readonly set?: readonly string[];
}

/** Lists the schedules, or says what one takes and draws it. */
export function showSchedules(output: Output, [name]: readonly [string | undefined], options: Options): undefined {
  if (name === undefined) list(output);
  else show(scheduleKind(name), options, output);
}

/** What a kind takes and where it is from; `plateau` is a controller, and so not among the schedules. */
interface Kind {
  readonly title: string;
  readonly source?: string | undefined;
  readonly arguments: Readonly<Record<string, { readonly expected: string; readonly default?: unknown }>>;
}

const KINDS = schedules.kinds as unknown as Readonly<Record<string, Kind>>;

const docFor = (name: string): Doc => (name in KINDS ? docOf("schedules", name) : docOf("controllers", name));

/** Those that need no arguments, and then the others. */
function names(): { readonly simple: readonly string[]; readonly others: readonly string[] } {
  const simple = scheduleNames();
  return { simple, others: Object.keys(KINDS).filter((name) => !simple.includes(name)) };
}

function list(output: Output): void {
  const { simple, others } = names();
  const all = [...simple, ...others];
  output.result(
    all.map((name) => ({ name, needsArguments: others.includes(name), about: firstSentence(docFor(name)) })),
    () => {
      const lines = (kinds: readonly string[]): string =>
        definitions(
          output.results,
          kinds.map((name) => [name, firstSentence(docFor(name))]),
        );
      return [
        `For --schedule NAME, drawn out over the run:\n${lines(simple)}`,
        `With arguments, as --schedule '{ "kind": NAME, ... }':\n${lines(others)}`,
        "One of them drawn: downhill schedules oneCycle",
      ].join("\n\n");
    },
  );
}

const STEPS_PER_EPOCH = 100;

function show(name: string, options: Options, output: Output): void {
  const [lr, epochs] = [positiveNumber("--lr", options.lr), positiveNumber("--epochs", options.epochs)];
  const given = (options.set ?? []).reduce<Record<string, unknown>>(withSetting, { kind: name });
  const totalSteps = Math.max(1, Math.round(epochs * STEPS_PER_EPOCH));
  const doc = docFor(name);
  const { simple } = names();
  const schedule =
    name === "plateau" || !(simple.includes(name) || options.set)
      ? null
      : (buildSchedule(given as { kind: string }, lr, { stepsPerEpoch: STEPS_PER_EPOCH, totalSteps }) as Schedule);
  const { title = "Plateau", source } = KINDS[name] ?? {};
  const rows = argumentsOf(name);
  const facts = { name, title, source, summary: doc.summary, notes: doc.paragraphs, arguments: rows };
  output.result({ ...facts, ...(schedule ? { description: schedule.description } : {}) }, () => {
    const { results } = output;
    const columns = Math.min(100, results.columns());
    const curve = (what: string, values: Schedule): string => {
      const drawn = plot((position) => values(position * (totalSteps - 1)), {
        columns,
        unicode: results.unicode,
        from: "step 0",
        to: `${totalSteps - 1}: ${short(epochs)} epochs of ${STEPS_PER_EPOCH}`,
      });
      return `${wrap(curveInWords(what, values, totalSteps), columns)}\n${drawn}`;
    };
    const { momentum } = (schedule ?? {}) as { readonly momentum?: Schedule };
    const sections = [
      results.style("bold", title),
      ...[doc.summary, ...doc.paragraphs].map((text) => wrap(text, columns)),
      ...(schedule ? [curve("learning rate", schedule)] : []),
      ...(momentum ? [curve("momentum", momentum)] : []),
      ...(rows.length === 0 ? [] : [argumentTable(output, rows)]),
      pairs(results, [
        ...(source === undefined ? [] : [["source", source] as const]),
        ["use", simple.includes(name) ? `downhill train DATA --schedule ${name}` : useWithArguments(name)],
      ]),
    ];
    return sections.join("\n\n");
  });
}

const useWithArguments = (name: string): string => `downhill train DATA --schedule '{ "kind": "${name}", ... }'`;

interface ArgumentRow {
  readonly argument: string;
  readonly expected?: string;
  readonly default?: unknown;
}

function argumentsOf(name: string): ArgumentRow[] {
  const kind = KINDS[name];
  if (kind) {
    return Object.entries(kind.arguments).map(([argument, { expected, ...rest }]) => ({
      argument,
      expected,
      ...("default" in rest ? { default: rest.default } : {}),
    }));
  }
  const { version, kind: _, base, ...rest } = plateau({ base: 0 }).description;
  return Object.entries(rest).map(([argument, value]) => ({ argument, default: value }));
}

function argumentTable(output: Output, rows: readonly ArgumentRow[]): string {
  const cells = rows.map((row) => [row.argument, "default" in row ? setting(row.default) : "", row.expected ?? ""]);
  return table(output.results, [{ title: "argument" }, { title: "default" }, { title: "expected", drop: 1 }], cells);
}
