import {
  type Column,
  figure,
  type Html,
  html,
  moment,
  page,
  pairs,
  repeatSection,
  type Section,
  table,
} from "@downhill/train/report";
import { meanOf } from "@downhill/train/statistics";
import { duration } from "@downhill/train/text";
import type { Advice, Answer, Candidate } from "../advice.ts";
import { TITLES } from "../questions.ts";
import { differencesPlot, rowsOf } from "./plot.ts";
import {
  accuracyText,
  answerText,
  lengthsText,
  noiseText,
  notTried,
  points,
  pointsInterval,
  timeText,
  verdictOf,
} from "./words.ts";

/** Returns the report of an advice at any stage as one self-contained HTML page. The same data give the same text. */
export function adviceHtml(advice: Advice): string {
  const { facts } = advice;
  const sections: readonly Section[] = [
    ["configuration", "Configuration", configuration(advice)],
    ["questions", "Questions", questions(advice)],
    ["differences", "Differences", differences(advice)],
    ["not-tried", "Not tried", untried(advice)],
    ["method", "Method", method(advice)],
    ["repeat", "Repeat", facts.command === "" ? null : repeatSection("Repeat this advice", REPEAT, facts.command)],
  ];
  return page(
    `Advice for ${facts.data.name}: ${facts.id}`,
    top(advice),
    sections,
    `Written by Downhill ${facts.versions.downhill}. The data are in the files next to this report: downhill.config.json, advice.md and advice-result.json.`,
  );
}

const REPEAT =
  "The time limit decides how long the trainings are and how many questions are asked, so that a repetition may differ where the computer is faster or slower:";

function top(advice: Advice): Html {
  const { facts } = advice;
  const verdict = verdictOf(advice);
  const end = verdict.indexOf(". ") + 1 || verdict.length;
  return html`<header>
<p class="kicker">Downhill advice <span>${facts.id}</span> <span>${moment(facts.created)}</span></p>
<div class="opening"><div>
<h1>${verdict.slice(0, end)}</h1>
${end < verdict.length && html`<p>${verdict.slice(end).trim()}</p>`}
<p class="how">${facts.data.name}, ${facts.data.trainImages} training images. ${timeText(advice)}.</p>
</div>
<dl class="tiles">${tiles(advice).map(
    ([name, value, more]) => html`<div><dt>${name}</dt><dd>${value} <small>${more}</small></dd></div>`,
  )}</dl></div>
</header>`;
}

function tiles({ validation, facts, answers, spent }: Advice): (readonly [string, string, string])[] {
  const asked = answers.filter(({ kind }) => kind === "asked").length;
  return [
    ...(validation === null
      ? []
      : ([
          ["Defaults", accuracyText(validation.defaults.mean), `${facts.data.part} images`],
          ["Chosen settings", accuracyText(validation.chosen.mean), `${validation.seeds.length} fresh seeds each`],
        ] as const)),
    ["Questions", String(asked), `of ${answers.length} asked`],
    ["Training time", duration(spent), `of ${duration(facts.budget)}`],
  ];
}

const configuration = ({ config, recommended }: Advice): Html => html`<section id="configuration"><h2>Configuration</h2>
<div class="card"><p>${
  Object.keys(recommended).length === 0
    ? "The defaults stay: the file has your settings alone."
    : "The file has your settings and the changes that beat the defaults."
} Train with it: <code>downhill train --config downhill.config.json</code>.</p>
<pre><code>${JSON.stringify(config, null, 2)}</code></pre></div></section>`;

const QUESTION_COLUMNS: readonly Column<Answer>[] = [
  { heading: "Question", cell: ({ question }) => TITLES[question] },
  // Wide enough to read on a phone, where the table scrolls.
  { heading: "Answer", cell: (answer) => html`<div style="min-width: 16em">${answerText(answer)}</div>` },
  { heading: "Expected gain", cell: ({ expectedGain }) => points(expectedGain), numeric: true },
  {
    heading: "Expected time",
    cell: (answer) =>
      answer.kind === "asked" ? duration(answer.expectedSeconds) : answer.needs === null ? "–" : duration(answer.needs),
    numeric: true,
  },
  { heading: "Time", cell: (answer) => (answer.kind === "asked" ? duration(answer.seconds) : "–"), numeric: true },
];

function questions(advice: Advice): Html | null {
  const { answers, baseline } = advice;
  if (answers.length === 0) return null;
  const scores = baseline?.scores.filter((score) => score !== null) ?? [];
  const reached = scores.length === 0 ? "" : ` The defaults reach ${accuracyText(meanOf(scores).mean)} in them.`;
  return html`<section id="questions"><h2>Questions and answers</h2><div class="card">
<p>${lengthsText(advice)}${reached}</p>
${table(answers, QUESTION_COLUMNS, { caption: "Questions in the order in which they were asked", named: true })}
${noiseText(advice) !== null && html`<p class="how" style="margin-top: 12px">${noiseText(advice)}</p>`}</div></section>`;
}

type CandidateRow = Candidate & { readonly current: string; readonly isKept: boolean };

const CANDIDATE_COLUMNS: readonly Column<CandidateRow>[] = [
  { heading: "Candidate", cell: ({ name, isKept }) => (isKept ? html`<b>${name}</b>` : name) },
  { heading: "Against", cell: ({ current }) => current },
  {
    heading: "Difference",
    cell: ({ difference, measured }) =>
      difference === null ? (measured.problem ?? "no result") : points(difference.mean),
    numeric: true,
  },
  {
    heading: "95 % interval",
    cell: ({ difference }) => (difference === null ? "–" : pointsInterval(difference.interval)),
    numeric: true,
  },
  { heading: "p", cell: ({ difference }) => difference?.p.toFixed(3) ?? "–", numeric: true },
];

function differences(advice: Advice): Html | null {
  const rows = advice.answers.flatMap((answer) =>
    answer.kind === "not asked"
      ? []
      : answer.candidates.map((candidate) => ({
          ...candidate,
          current: answer.current,
          isKept: candidate.name === answer.kept,
        })),
  );
  if (rows.length === 0) return null;
  const caption =
    "Each candidate minus the settings in force, in percentage points on validation images. Bold: kept; p is corrected for the number of candidates";
  if (rowsOf(advice).length === 0)
    return html`<section id="differences"><h2>Differences</h2>${table(rows, CANDIDATE_COLUMNS, { caption, named: true })}</section>`;
  return html`<section id="differences"><h2>Differences</h2><div class="grid">
${figure({
  heading: "Differences of the candidates",
  words: "A candidate is kept if it is certainly better than the settings in force when its question was asked.",
  plot: (options) => differencesPlot(advice, options),
  table: table(rows, CANDIDATE_COLUMNS, { caption, named: true }),
  spread: true,
})}</div></section>`;
}

const untried = (advice: Advice): Html => html`<section id="not-tried"><h2>Not tried</h2>
<div class="card"><ul>${notTried(advice).map((text) => html`<li>${text}</li>`)}</ul></div></section>`;

function method({ facts, validation }: Advice): Html {
  const { data, versions, seeds, defaults } = facts;
  return html`<section id="method"><h2>Method</h2><div class="grid">
<div class="card"><h3>Questions</h3>
<p>The defaults train first, with ${seeds} seeds. Each question then trains its candidates with the same seeds, so that every difference is paired. Questions are decided on ${data.validationImages} validation images of each seed. A candidate replaces the settings in force if its corrected p-value is below 0.05. Small variances are raised toward the typical one of all candidates (<a href="https://doi.org/10.2202/1544-6115.1027">Smyth 2004</a>).</p>
<p>Expected gains are rules of thumb, as shares of the errors of the defaults. They only show whether a question is worth its time.</p>
<h3>Validation</h3>
<p>The chosen settings and the defaults train with ${validation === null ? "fresh seeds" : `the seeds ${validation.seeds.join(", ")}`} that no question has used, and are evaluated on ${data.part} images. The claim is Student's 95 % interval of the paired differences. Equal settings are declared better in at most 2.5 % of the cases.</p></div>
<div class="card"><h3>Data and versions</h3>${pairs([
    ["Data", data.name],
    ["Training images", String(data.trainImages)],
    ["Validation images", String(data.validationImages)],
    ["Fingerprint", data.fingerprint],
    ["Default optimizer", defaults.optimizer],
    ["Default schedule", defaults.schedule],
    ["Default batch size", String(defaults.batchSize)],
    ...Object.entries(versions).map(([name, version]) => [name, String(version)] as const),
  ])}</div></div></section>`;
}
