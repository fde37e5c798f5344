import { average } from "@downhill/train/statistics";
import { duration } from "@downhill/train/text";
import { firstSeeds } from "../comparison/begin.ts";
import type { Changes, Entrant } from "../comparison/entrant.ts";
import type { Candidate, Draft } from "./advice.ts";
import { LEAST_SEEDS, MARGIN, planTime, validationWithin } from "./budget.ts";
import { compareWithCurrent, isBetter } from "./decide.ts";
import type { Experiment, Measured } from "./experiment.ts";
import { Experiments } from "./experiments.ts";
import { fullLength, type Length, SPEED_BATCHES, type Speed, scaled, secondsOf, speedOf } from "./lengths.ts";
import { DEFAULTS, nameOf } from "./names.ts";
import { NOISE_IMAGES } from "./noise.ts";
import {
  candidatesOf,
  EXPECTED_SHARES,
  type NoCandidates,
  type NoiseScale,
  QUESTIONS,
  type QuestionName,
  RATE_TRAININGS,
  rivals,
  type Setting,
  STATED,
  trainingsOf,
} from "./questions.ts";
import {
  foundBy,
  isComplete,
  mostPromising,
  recommendedConfig,
  scoresOf,
  sum,
  validationOf,
  withoutOptimizer,
} from "./results.ts";

/** Largest share of the time for questions that one of them may take. */
const LARGEST_SHARE = 0.6;

export type AdviceSteps = Generator<Experiment, void, readonly Measured[]>;

/**
 * Asks the questions of an advice one after the other, and writes the answers into a draft. It is a pure function of the
 * facts and of what is measured: after an interruption it starts again, and experiments that have ended are only read.
 * @throws TrainError if the time limit is too small for one question
 */
export function* adviceSteps(draft: Draft): AdviceSteps {
  yield* new Adviser(draft).run();
}

class Adviser {
  readonly #draft: Draft;
  #noise: NoiseScale = null;
  readonly #seeds: readonly number[];
  readonly #experiments: Experiments;
  #speed: Speed = { overhead: 0, perImage: 0 };
  #reserve = 0;
  #question: Length = { epochs: 1, images: 1 };
  #validation: Length = { epochs: 1, images: 1 };
  /** Settings in force, with their scores. */
  #setting: Setting;
  #current: Measured | null = null;
  readonly #variances: number[] = [];

  constructor(draft: Draft) {
    const { facts } = draft;
    this.#draft = draft;
    this.#seeds = firstSeeds(facts.given.seed ?? 0, facts.seeds);
    this.#experiments = new Experiments(draft, this.#seeds);
    this.#setting = { ...facts.defaults, changes: {}, lr: 0 };
  }

  *run(): AdviceSteps {
    yield* this.#measureSpeed();
    this.#plan();
    const baseline = yield* this.#measureDefaults();
    if (baseline !== null) {
      for (const question of QUESTIONS) yield* this.#ask(question);
      yield* this.#askAgain();
      yield* this.#validate();
    }
    this.#draft.isFinished = true;
  }

  get #left(): number {
    return this.#draft.facts.budget - this.#draft.spent;
  }

  *#measureSpeed(): AdviceSteps {
    const { facts } = this.#draft;
    const { images } = fullLength(facts);
    const length = { epochs: 1, images: Math.min(images, SPEED_BATCHES * facts.defaults.batchSize) };
    const [measured] = yield* this.#experiments.measure("speed", [{ name: DEFAULTS, changes: {} }], length, {
      seeds: this.#seeds.slice(0, 1),
      expected: 0,
    });
    if (measured) this.#speed = speedOf(measured, length);
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
    const [measured] = yield* this.#experiments.measure("selection", [entrant], this.#question, {
      expected: this.#secondsFor(this.#seeds.length),
    });
    this.#draft.baseline = measured ?? null;
    if (!measured || measured.lr === null || !isComplete(measured)) return null;
    this.#current = measured;
    this.#setting = { ...this.#setting, lr: measured.lr };
    // Measured on trainings of this length, including range tests.
    const factor = average(measured.elapsed) / secondsOf(this.#speed, this.#question);
    this.#speed = scaled(this.#speed, factor);
    this.#reserve = Math.min(this.#reserve * factor, this.#left / 2);
    return measured;
  }

  /** Expected time of some trainings of a question, in seconds. */
  #secondsFor(trainings: number): number {
    return (trainings * secondsOf(this.#speed, this.#question)) / this.#draft.facts.jobs;
  }

  /** Largest number of trainings of a question. */
  #trainingsOf(question: QuestionName): number {
    return trainingsOf(question, this.#setting, this.#candidatesOf(question), this.#draft.facts.seeds);
  }

  #candidatesOf(question: QuestionName): readonly Changes[] | NoCandidates {
    return candidatesOf(question, this.#setting, this.#noise, this.#question.images);
  }

  /** Spends time that is kept for a validation on questions that were left out, as long as there is nothing to validate. */
  *#askAgain(): AdviceSteps {
    this.#reserve = Math.min(this.#reserve, 2 * LEAST_SEEDS * MARGIN * this.#secondsFor(1));
    const left = this.#draft.answers.filter((answer) => answer.kind === "not asked" && answer.needs !== null);
    for (const answer of left) {
      if (this.#chosen(1) !== null) return;
      this.#draft.answers.splice(this.#draft.answers.indexOf(answer), 1);
      yield* this.#ask(answer.question);
    }
  }

  /**
   * Returns the settings in force if they differ from the defaults, or else the most promising ones; null without any.
   * @param least least gain of promising settings in standard errors
   */
  #chosen(least: number): Changes | null {
    if (this.#current?.name !== DEFAULTS) return this.#setting.changes;
    return mostPromising(this.#draft.answers, this.#seeds.length, least);
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
    if (question === "batch-size") yield* this.#measureNoise();
    const known = this.#candidatesOf(question);
    if ("reason" in known) return skip(known.reason);
    const expectedSeconds = this.#secondsFor(this.#trainingsOf(question));
    const available = this.#left - this.#reserve;
    const cost = MARGIN * expectedSeconds;
    if (cost > available || (question === "optimizer" && cost > LARGEST_SHARE * available)) {
      return skip(
        `About ${duration(Math.ceil(cost))} would be needed, and ${duration(Math.floor(Math.max(0, available)))} are left for questions.`,
        cost,
      );
    }
    const before = this.#draft.spent;
    const current = this.#current as Measured;
    const searches = isSearch ? yield* this.#searchRates(question) : [];
    const changes = isSearch ? foundBy(question, searches, this.#setting) : known;
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

  /** Measures the gradient noise scale if the time suffices. */
  *#measureNoise(): AdviceSteps {
    const images = Math.min(NOISE_IMAGES, this.#question.images);
    const expected = this.#speed.overhead + this.#speed.perImage * images;
    if (MARGIN * expected > this.#left - this.#reserve) return;
    const [measured] = yield* this.#experiments.measure(
      "noise-scale",
      [{ name: DEFAULTS, changes: {} }],
      this.#question,
      {
        expected,
      },
    );
    if (measured?.noise === undefined) return;
    this.#draft.noise = measured.noise;
    this.#noise = measured.noise.noiseScale ?? Number.POSITIVE_INFINITY;
  }

  /** Searches the learning rate of the optimizer in force, or those of its rivals. */
  *#searchRates(question: QuestionName): Generator<Experiment, readonly Measured[], readonly Measured[]> {
    const names = question === "optimizer" ? rivals(this.#setting) : [this.#setting.optimizer];
    const entrants = names.map((name): Entrant => {
      if (name === this.#setting.optimizer) return { name, changes: {} };
      return { name, changes: { ...withoutOptimizer(this.#setting.changes), optimizer: name } };
    });
    return yield* this.#experiments.measure("rates", entrants, this.#question, {
      seeds: [],
      tuning: RATE_TRAININGS,
      expected: this.#secondsFor(names.length * (1 + RATE_TRAININGS)),
    });
  }

  /** Trains candidates over the seeds of the settings in force. */
  *#compare(changes: readonly Changes[]): Generator<Experiment, Candidate[], readonly Measured[]> {
    if (changes.length === 0) return [];
    const entrants = changes.map((one) => ({ name: nameOf(one), changes: one }));
    const measured = yield* this.#experiments.measure("selection", entrants, this.#question, {
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
    // The validation is a test of its own, so that settings may be validated which are better by chance.
    const changes = this.#chosen(0);
    if (changes === null) return;
    this.#draft.chosen = { name: nameOf(changes), changes, isCertain: changes === this.#setting.changes };
    const final = validationWithin(facts, this.#speed, this.#validation, this.#left);
    if (final === null) return;
    const { count, length } = final;
    this.#draft.lengths = { question: this.#question, validation: length };
    const seeds = firstSeeds((this.#seeds.at(-1) as number) + 2, count);
    const [defaults, chosen] = yield* this.#experiments.measure(
      "validation",
      [
        { name: DEFAULTS, changes: {} },
        { name: nameOf(changes), changes },
      ],
      length,
      { seeds, part: facts.data.part, expected: (2 * count * secondsOf(this.#speed, length)) / facts.jobs },
    );
    if (!defaults || !chosen || !isComplete(defaults) || !isComplete(chosen)) return;
    const validation = validationOf(seeds, scoresOf(defaults), scoresOf(chosen), facts.data.partImages);
    this.#draft.validation = validation;
    if (!validation.isBetter) return;
    this.#draft.recommended = changes;
    this.#draft.config = recommendedConfig(facts, changes);
  }
}
