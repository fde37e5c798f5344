import type { ClassLabels, TargetShapes } from "@downhill/graph";
import { type LossCurve, lossCurve, type RangeTest, suggestLearningRates, sweep } from "@downhill/optim";
import { checkShortTraining } from "../short-training/options.ts";
import { microStepsOf } from "../training/accumulate.ts";
import { epochLength } from "../training/data.ts";
import { checkFinder, FINDER_DEFAULTS, type FinderOptions } from "./options.ts";
import { consensusPosition } from "./position.ts";
import { rangeTest } from "./range-test.ts";
import type { FinderResult, FoundRate } from "./result.ts";
import { rateText } from "./words.ts";

/**
 * Runs the learning-rate range test (https://arxiv.org/abs/1506.01186) with the model, data and optimizer of the actual
 * training: a short training whose learning rate rises at every step. Its losses suggest learning rates. For OneCycle the
 * suggestion is the peak.
 *
 * The test does not change its inputs: it trains a copy of the network with a separate optimizer state, and all randomness
 * depends on seed and step only. A training after the test is thus identical, bit for bit, to one without it. Data with
 * fewer batches than the test has steps are repeated. `loss`, `targets` and `metrics` are those of the training.
 * @throws TrainError for an invalid range or number, or if all images are of one class
 * @example
 * const { chosen, refusal } = await findLearningRate({ network, data, optimizer: adamw(), batchSize: 64 });
 * console.log(chosen ? `${chosen.lr}: ${chosen.why}` : refusal);
 */
export async function findLearningRate<
  Name extends string = string,
  T extends TargetShapes = ClassLabels,
  M extends string = never,
>(given: FinderOptions<Name, T, M>): Promise<FinderResult> {
  const options = given as unknown as FinderOptions;
  checkShortTraining("findLearningRate", options);
  checkFinder(options);
  const began = performance.now();
  const { lowest, highest, steps, seeds } = { ...FINDER_DEFAULTS, ...options };
  const { spacing = "exponential", choose = "consensus", divergence = 4, seed: first = 0, data, sampler } = options;
  const probe = Math.min(options.probe ?? FINDER_DEFAULTS.probe, data.train.length);
  const { smoothing = probe > 0 ? PROBE_SMOOTHING : SMOOTHING } = options;
  const { position = consensusPosition(options.optimizer.name) } = options;
  const rates = sweep({ from: lowest, to: highest, steps, spacing });
  const records: RangeTest[] = [];
  let stopped = false;
  for (let seed = 0; seed < seeds && !stopped; seed++) {
    const test = await rangeTest(options, {
      rates,
      steps,
      seed: first + seed,
      probe,
      smoothing,
      divergence,
      onStep: (step, lr, loss, smoothed) => options.onProgress?.({ seed, seeds, step, steps, lr, loss, smoothed }),
    });
    stopped = test.stopped;
    if (test.record.lr.length > 0) records.push(test.record);
  }
  const reading = { smoothing, factor: divergence, position };
  const suggested = stopped ? unfinished(records, reading) : suggestLearningRates(records, reading);
  const suggestion = stopped ? null : suggested.suggestions[choose];
  const known = choose === "consensus" ? options.known : undefined;
  const chosen = suggestion && known !== undefined ? preferKnown(suggestion, known, suggested.curve) : suggestion;
  return {
    optimizer: options.optimizer.name,
    chosen,
    suggestions: suggested.suggestions,
    choose,
    known: known === undefined ? null : { lr: known, confirmed: chosen?.lr === known },
    refusal: chosen ? null : (suggested.refusal ?? `the curve has no '${choose}' suggestion; consensus has one`),
    curve: suggested.curve,
    lowest,
    highest,
    spacing,
    steps,
    rounds: steps / Math.ceil(epochLength(data.train, sampler) / (options.batchSize * microStepsOf(options.optimizer))),
    seeds,
    probe,
    seconds: (performance.now() - began) / 1000,
  };
}

/** Minimum share of the fall of the loss at a rate that is not clearly too low. In a short sweep the loss lags. */
const SHARE_OF_FALL = 1 / 3;

/**
 * Chooses the known rate unless the curve shows that it is clearly too low or too high: a range test of a few hundred steps
 * cannot determine which rate in between is best after many epochs.
 */
function preferKnown(suggestion: FoundRate, known: number, { lr, trend = [] }: LossCurve): FoundRate {
  const [low, high] = suggestion.interval ?? [suggestion.lr, suggestion.lr];
  const [rate, range] = [rateText(known), `the recommended range, ${rateText(low)} to ${rateText(high)}`];
  const first = trend[0] as number;
  const at = lr.findIndex((value) => value >= known);
  const done = at < 0 ? 0 : (first - (trend[at] as number)) / (first - Math.min(...trend));
  const isLow = known < low && done < SHARE_OF_FALL;
  if (isLow || known > high) {
    const why = `${suggestion.why}; the recipe's measured rate of ${rate} is clearly too ${isLow ? "low" : "high"} here`;
    return { ...suggestion, why };
  }
  const reason =
    known >= low
      ? `it is in ${range}`
      : `the loss has done ${Math.round(100 * done)} % of its fall there, below ${range}`;
  return {
    ...suggestion,
    lr: known,
    why: `the range test confirms the recipe's measured rate of ${rate}: ${reason}`,
  };
}

/** Default smoothing, as in fastai. Losses of a probe are less noisy and need less smoothing. */
const SMOOTHING = 0.98;
const PROBE_SMOOTHING = 0.9;

/** Returns the curve of a test that was stopped, without suggestions. */
function unfinished(records: readonly RangeTest[], options: { readonly smoothing: number; readonly factor: number }) {
  const [record] = records;
  const curve: LossCurve = record ? lossCurve(record, options) : { lr: [], loss: [], smoothed: [] };
  const none = { consensus: null, steepest: null, valley: null, slide: null, minimum: null, surmenok: null };
  return {
    suggestions: none,
    refusal: "the test was stopped before its last step; repeat it for a suggestion",
    curve,
  };
}
