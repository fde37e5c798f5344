import { firstSeeds } from "../comparison/begin.ts";
import type { Changes, Entrant } from "../comparison/entrant.ts";
import { average, meanOf } from "../statistics/mean.ts";
import type { Candidate, Draft, Validation } from "./advice.ts";
import { LEAST_SEEDS, MARGIN, planTime, seedsWithin } from "./budget.ts";
import { compareWithCurrent, isBetter, leastVariance } from "./decide.ts";
import type { Experiment, ExperimentName, Measured } from "./experiment.ts";
import { fullLength, givenOf, type Length, passesOf, SPEED_BATCHES, type Speed, secondsOf } from "./lengths.ts";
import { DEFAULTS, nameOf } from "./names.ts";
import {
  batchSizes,
  EXPECTED_SHARES,
  momenta,
  type NoCandidates,
  QUESTIONS,
  type QuestionName,
  rivals,
  type Setting,
  warmUps,
  weightDecays,
} from "./questions.ts";

/** Trainings by which each optimizer searches its learning rate, besides the range test. */
export const RATE_TRAININGS = 3;
/** Optimizers of the race that are compared over seeds: those with the lowest losses of the search. */
const FINALISTS = 2;
/** Largest share of the time for questions that one of them may take. */
const LARGEST_SHARE = 0.6;

export type AdviceSteps = Generator<Experiment, void, readonly Measured[]>;

/**
 * Asks the questions of an advice one after the other, and writes the answers into a draft. It is a pure function of the
 * facts and of what is measured: after an interruption it starts again, and experiments that have ended are only read.
 * @param noise gradient noise scale in images; null if it is not known
 * @throws TrainError if the time limit is too small for one question
 */
export function* adviceSteps(draft: Draft, noise: number | null = null): AdviceSteps {
  yield* new Adviser(draft, noise).run();
}

class Adviser {
  readonly #draft: Draft;
  readonly #noise: number | null;
  readonly #seeds: readonly number[];
  readonly #entrants: Record<ExperimentName, Entrant[]> = { speed: [], rates: [], selection: [], validation: [] };
  /** Names of the entrants of each experiment whose time is counted. */
  readonly #counted = new Set<string>();
  #speed: Speed = { overhead: 0, perImage: 0 };
  #reserve = 0;
  #question: Length = { epochs: 1, images: 1 };
  #validation: Length = { epochs: 1, images: 1 };
  /** Settings in force, with their scores. */
  #setting: Setting;
  #current: Measured | null = null;
  readonly #variances: number[] = [];

  constructor(draft: Draft, noise: number | null) {
    const { facts } = draft;
    this.#draft = draft;
    this.#noise = noise;
    this.#seeds = firstSeeds(facts.given.seed ?? 0, facts.seeds);
    this.#setting = { ...facts.defaults, changes: {}, lr: 0 };
  }

  *run(): AdviceSteps {
    yield* this.#measureSpeed();
    this.#plan();
    const baseline = yield* this.#measureDefaults();
    if (baseline !== null) {
      for (const question of QUESTIONS) yield* this.#ask(question);
      yield* this.#validate();
    }
    this.#draft.isFinished = true;
  }

  get #left(): number {
    return this.#draft.facts.budget - this.#draft.spent;
  }

  /** Trains the defaults for a few steps. */
  *#measureSpeed(): AdviceSteps {
    const { facts } = this.#draft;
    const { images } = fullLength(facts);
    const length = { epochs: 1, images: Math.min(images, SPEED_BATCHES * facts.defaults.batchSize) };
    const [measured] = yield* this.#measure("speed", [{ name: DEFAULTS, changes: {} }], length, {
      seeds: this.#seeds.slice(0, 1),
      expected: 0,
    });
    const [elapsed = 0] = measured?.elapsed ?? [];
    const [training = 0] = measured?.trainingSeconds ?? [];
    this.#speed = { overhead: Math.max(0, elapsed - training), perImage: training / passesOf(length) };
  }

  #plan(): void {
    const { facts } = this.#draft;
    const trainings = facts.seeds + sum(QUESTIONS.map((question) => this.#trainingsOf(question)));
    const { question, validation, reserve } = planTime(facts, this.#speed, this.#draft.spent, trainings);
    this.#question = question;
    this.#validation = validation;
    this.#reserve = reserve;
    this.#draft.lengths = { question, validation };
  }

  *#measureDefaults(): Generator<Experiment, Measured | null, readonly Measured[]> {
    const entrant = { name: DEFAULTS, changes: {} };
    const [measured] = yield* this.#measure("selection", [entrant], this.#question, {
      expected: this.#secondsFor(this.#seeds.length),
    });
    this.#draft.baseline = measured ?? null;
    if (!measured || measured.lr === null || !isComplete(measured)) return null;
    this.#current = measured;
    this.#setting = { ...this.#setting, lr: measured.lr };
    // Measured on trainings of this length, including range tests.
    const time = average(measured.elapsed);
    const factor = time / secondsOf(this.#speed, this.#question);
    this.#speed = { overhead: this.#speed.overhead * factor, perImage: this.#speed.perImage * factor };
    return measured;
  }

  /** Expected time of some trainings of a question, in seconds. */
  #secondsFor(trainings: number): number {
    return (trainings * secondsOf(this.#speed, this.#question)) / this.#draft.facts.jobs;
  }

  /** Largest number of trainings of a question; a range test counts as one. */
  #trainingsOf(question: QuestionName): number {
    const { seeds } = this.#draft.facts;
    if (question === "learning-rate") return 1 + RATE_TRAININGS + seeds;
    if (question === "optimizer") {
      return rivals(this.#setting).length * (1 + RATE_TRAININGS) + FINALISTS * seeds;
    }
    const candidates = this.#candidatesOf(question);
    return "reason" in candidates ? 0 : candidates.length * seeds;
  }

  #candidatesOf(question: QuestionName): readonly Changes[] | NoCandidates {
    const { images } = this.#question;
    if (question === "batch-size") return batchSizes(this.#setting, this.#noise, Math.max(images, 256));
    const find = { "weight-decay": weightDecays, "warm-up": warmUps, momentum: momenta }[question as "momentum"];
    return find(this.#setting);
  }

  *#ask(question: QuestionName): AdviceSteps {
    const { facts, baseline } = this.#draft;
    const accuracy = average(scoresOf(baseline as Measured));
    const expectedGain = EXPECTED_SHARES[question] * (1 - accuracy);
    const skip = (reason: string, needs: number | null = null): void => {
      this.#draft.answers.push({ question, expectedGain, kind: "not asked", reason, needs });
    };
    const stated = STATED[question].find((key) => facts.given[key] !== undefined);
    if (stated !== undefined) return skip(`Your settings state ${stated}.`);
    const isSearch = question === "learning-rate" || question === "optimizer";
    const known = isSearch ? [] : this.#candidatesOf(question);
    if ("reason" in known) return skip(known.reason);
    const expectedSeconds = this.#secondsFor(this.#trainingsOf(question));
    const available = this.#left - this.#reserve;
    const cost = MARGIN * expectedSeconds;
    if (cost > available || (question === "optimizer" && cost > LARGEST_SHARE * available)) {
      return skip(`It takes about ${Math.ceil(cost)} s, and too little of the time is left for it.`, cost);
    }
    const before = this.#draft.spent;
    const current = this.#current as Measured;
    const searches = isSearch ? yield* this.#searchRates(question) : [];
    const changes = isSearch ? this.#found(question, searches) : known;
    const candidates = yield* this.#compare(changes);
    const best = candidates
      .filter(({ difference }) => difference !== null && isBetter(difference))
      .sort((a, b) => (b.difference?.mean ?? 0) - (a.difference?.mean ?? 0))[0];
    if (best) this.#adopt(best);
    this.#draft.answers.push({
      question,
      expectedGain,
      kind: "asked",
      expectedSeconds,
      seconds: this.#draft.spent - before,
      current: current.name,
      candidates,
      kept: best?.name ?? null,
      searches,
    });
  }

  /** Searches the learning rate of the optimizer in force, or those of its rivals. */
  *#searchRates(question: QuestionName): Generator<Experiment, readonly Measured[], readonly Measured[]> {
    const names = question === "optimizer" ? rivals(this.#setting) : [this.#setting.optimizer];
    const entrants = names.map((name): Entrant => {
      if (name === this.#setting.optimizer) return { name, changes: {} };
      return { name, changes: { ...withoutOptimizer(this.#setting.changes), optimizer: name } };
    });
    return yield* this.#measure("rates", entrants, this.#question, {
      seeds: [],
      tuning: RATE_TRAININGS,
      expected: this.#secondsFor(names.length * (1 + RATE_TRAININGS)),
    });
  }

  /** Returns the settings that result from searches: the rate found, or the optimizers with the lowest losses. */
  #found(question: QuestionName, searches: readonly Measured[]): Changes[] {
    const { changes, lr: inForce } = this.#setting;
    const found = searches
      .filter(({ lr, searchLoss }) => lr !== null && searchLoss !== null)
      .sort((a, b) => (a.searchLoss as number) - (b.searchLoss as number));
    if (question === "optimizer") {
      return found.slice(0, FINALISTS).map(({ name, lr }) => ({
        ...withoutOptimizer(changes),
        optimizer: name,
        lr: lr as number,
      }));
    }
    return found.flatMap(({ lr }) => (isClose(lr as number, inForce) ? [] : [{ ...changes, lr: lr as number }]));
  }

  /** Trains candidates over the seeds of the settings in force. */
  *#compare(changes: readonly Changes[]): Generator<Experiment, Candidate[], readonly Measured[]> {
    if (changes.length === 0) return [];
    const entrants = changes.map((one) => ({ name: nameOf(one), changes: one }));
    const measured = yield* this.#measure("selection", entrants, this.#question, {
      expected: this.#secondsFor(entrants.length * this.#seeds.length),
    });
    const complete = measured.filter(isComplete);
    const { validationImages } = this.#draft.facts.data;
    const current = scoresOf(this.#current as Measured);
    const differences = compareWithCurrent(current, complete.map(scoresOf), this.#variances, validationImages);
    this.#variances.push(...differences.map(({ variance }) => variance));
    return measured.map((one, i) => ({
      name: one.name,
      changes: changes[i] as Changes,
      measured: one,
      difference: differences[complete.indexOf(one)] ?? null,
    }));
  }

  #adopt({ changes, measured }: Candidate): void {
    const { facts } = this.#draft;
    const { schedule, batchSize, warmup, optimizer } = changes;
    this.#setting = {
      ...facts.defaults,
      ...(typeof schedule === "string" ? { schedule } : {}),
      ...(typeof batchSize === "number" ? { batchSize } : {}),
      ...(warmup === undefined ? {} : { warmup }),
      ...(optimizer === undefined ? {} : { optimizer }),
      hyperparameters: measured.hyperparameters,
      changes,
      lr: measured.lr as number,
    };
    this.#current = measured;
  }

  /** Compares the settings in force, or else the most promising ones, with the defaults on seeds that no choice has used. */
  *#validate(): AdviceSteps {
    const { facts } = this.#draft;
    const adopted = this.#current?.name !== DEFAULTS ? this.#setting.changes : null;
    const changes = adopted ?? this.#mostPromising();
    if (changes === null) return;
    this.#draft.chosen = { name: nameOf(changes), changes, isCertain: adopted !== null };
    const seconds = secondsOf(this.#speed, this.#validation);
    const count = seedsWithin(facts, seconds, this.#left);
    if (count < LEAST_SEEDS) return;
    const seeds = firstSeeds((this.#seeds.at(-1) as number) + 2, count);
    const [defaults, chosen] = yield* this.#measure(
      "validation",
      [
        { name: DEFAULTS, changes: {} },
        { name: nameOf(changes), changes },
      ],
      this.#validation,
      { seeds, part: facts.data.part, expected: (2 * count * seconds) / facts.jobs },
    );
    if (!defaults || !chosen || !isComplete(defaults) || !isComplete(chosen)) return;
    const validation = validationOf(seeds, scoresOf(defaults), scoresOf(chosen), facts.data.partImages);
    this.#draft.validation = validation;
    if (!validation.isBetter) return;
    this.#draft.recommended = changes;
    this.#draft.config = recommendedConfig(this.#draft, changes);
  }

  /** Returns the candidate with the largest gain of at least its standard error; null without one. */
  #mostPromising(): Changes | null {
    const promising = this.#draft.answers
      .flatMap((answer) => (answer.kind === "asked" ? answer.candidates : []))
      .filter(({ difference }) => {
        if (difference === null) return false;
        return difference.mean > 0 && difference.mean ** 2 * this.#seeds.length >= difference.variance;
      })
      .sort((a, b) => (b.difference?.mean ?? 0) - (a.difference?.mean ?? 0));
    return promising[0]?.changes ?? null;
  }

  /** Requests trainings, counts their time, and returns their results in the order of the entrants. */
  *#measure(
    name: ExperimentName,
    added: readonly Entrant[],
    length: Length,
    options: Pick<Experiment, "expected"> & Partial<Pick<Experiment, "seeds" | "tuning" | "part">>,
  ): Generator<Experiment, readonly Measured[], readonly Measured[]> {
    const { facts } = this.#draft;
    const entrants = this.#entrants[name];
    for (const entrant of added) if (!entrants.some((one) => one.name === entrant.name)) entrants.push(entrant);
    const measured = yield {
      name,
      given: givenOf(facts, length),
      entrants: [...entrants],
      seeds: this.#seeds,
      tuning: 0,
      tuningSeed: (this.#seeds.at(-1) as number) + 1,
      part: "validation",
      ...options,
    };
    for (const one of measured) {
      const key = `${name} ${one.name}`;
      if (this.#counted.has(key)) continue;
      this.#counted.add(key);
      this.#draft.spent += sum(one.elapsed) / facts.jobs;
    }
    return added.flatMap((entrant) => measured.filter((one) => one.name === entrant.name));
  }
}

/** Keys of the configuration that answer a question if the user states them. */
const STATED = {
  "learning-rate": ["lr"],
  optimizer: ["optimizer", "lr", "hyperparameters", "groups"],
  "batch-size": ["batchSize", "batchSchedule", "increaseBatchInsteadOfDecay"],
  "weight-decay": ["weightDecay"],
  "warm-up": ["schedule", "warmup", "increaseBatchInsteadOfDecay"],
  momentum: ["momentum"],
} as const satisfies Readonly<Record<QuestionName, readonly string[]>>;

/** Factor within which two learning rates are the same. */
const SAME_RATE = 1.2;

const isClose = (a: number, b: number): boolean => Math.max(a / b, b / a) < SAME_RATE;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const isComplete = ({ scores }: Measured): boolean => scores.length > 0 && !scores.includes(null);

const scoresOf = ({ scores }: Measured): number[] => scores as number[];

/** Returns changes without those that belong to an optimizer. */
function withoutOptimizer({ optimizer, lr, momentum, weightDecay, hyperparameters, ...others }: Changes): Changes {
  return others;
}

/** Compares accuracies of the same seeds. */
function validationOf(
  seeds: readonly number[],
  defaults: readonly number[],
  chosen: readonly number[],
  images: number,
): Validation {
  const differences = chosen.map((score, i) => score - (defaults[i] as number));
  const difference = meanOf(differences, leastVariance(differences, images));
  return {
    seeds,
    defaults: meanOf(defaults),
    chosen: meanOf(chosen),
    difference,
    isBetter: difference.interval !== null && difference.interval[0] > 0,
  };
}

/** Returns the configuration with the recommended changes. */
function recommendedConfig({ facts: { given } }: Draft, changes: Changes): Draft["config"] {
  const { hyperparameters, momentum, weightDecay, lr, ...rest } = given;
  return changes.optimizer === undefined ? { ...given, ...changes } : { ...rest, ...changes };
}

