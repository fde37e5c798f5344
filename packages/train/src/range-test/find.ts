import { type LossCurve, lossCurve, type RangeTest, suggestLearningRates, sweep } from "@downhill/optim";
import { checkFinder, FINDER_DEFAULTS, type FinderOptions } from "./options.ts";
import { consensusPosition } from "./position.ts";
import { rangeTest } from "./range-test.ts";
import type { FinderResult, FoundRate } from "./result.ts";
import { rateText } from "./words.ts";

/**
 * The learning-rate range test (https://arxiv.org/abs/1506.01186) with the model, the data and the optimizer that are to
 * be trained: a short training whose rate rises at every step, and the rates that its losses suggest. For OneCycle the
 * suggestion is the peak.
 *
 * Nothing that it is given is changed: it works on a copy of the network with an optimizer state of its own, and all that
 * is random is a function of seed and step. So a training after it is, bit for bit, the training without it, however it
 * ends. Data with fewer batches than the test has steps are gone through again.
 * @throws TrainError for a range or a number that makes no sense, or images of one class alone
 * @example
 * const { chosen, refusal } = await findLearningRate({ network, data, optimizer: adamw(), batchSize: 64 });
 * console.log(chosen ? `${chosen.lr}: ${chosen.why}` : refusal);
 */
export async function findLearningRate(options: FinderOptions): Promise<FinderResult> {
  checkFinder(options);
  const began = performance.now();
  const { lowest, highest, steps, seeds } = { ...FINDER_DEFAULTS, ...options };
  const { spacing = "exponential", choose = "consensus", divergence = 4, seed: first = 0, data } = options;
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
  const chosen = suggestion && known !== undefined ? besideKnown(suggestion, known, suggested.curve) : suggestion;
  return {
    optimizer: options.optimizer.name,
    chosen,
    suggestions: suggested.suggestions,
    choose,
    known: known === undefined ? null : { lr: known, confirmed: chosen?.lr === known },
    refusal: chosen ? null : (suggested.refusal ?? `the curve has no '${choose}'; consensus has a suggestion`),
    curve: suggested.curve,
    lowest,
    highest,
    spacing,
    steps,
    rounds: steps / Math.ceil(data.train.length / options.batchSize),
    seeds,
    probe,
    seconds: (performance.now() - began) / 1000,
  };
}

/** Of the fall of the loss, the share that is done at a rate that is not clearly too low: in a short sweep the loss lags. */
const SHARE_OF_FALL = 1 / 3;

/**
 * The known rate, unless the curve shows it to be clearly too low or too high: a range test of some hundred steps cannot
 * tell which rate between these ends is best after many epochs.
 */
function besideKnown(suggestion: FoundRate, known: number, { lr, trend = [] }: LossCurve): FoundRate {
  const [low, high] = suggestion.interval ?? [suggestion.lr, suggestion.lr];
  const [rate, range] = [rateText(known), `the recommended range, ${rateText(low)} to ${rateText(high)}`];
  const first = trend[0] as number;
  const at = lr.findIndex((value) => value >= known);
  const done = at < 0 ? 0 : (first - (trend[at] as number)) / (first - Math.min(...trend));
  const isLow = known < low && done < SHARE_OF_FALL;
  if (isLow || known > high) {
    const why = `${suggestion.why}; the measured rate of the recipe, ${rate}, is clearly too ${isLow ? "low" : "high"} here`;
    return { ...suggestion, why };
  }
  const reason =
    known >= low ? `it is in ${range}` : `${Math.round(100 * done)} % of the fall is done there, below ${range}`;
  return {
    ...suggestion,
    lr: known,
    why: `the range test confirms ${rate}, the measured rate of the recipe: ${reason}`,
  };
}

/** fastai's; of a probe's losses, which jump less, less is smoothed away. */
const SMOOTHING = 0.98;
const PROBE_SMOOTHING = 0.9;

/** Of a test that was asked to stop, there is a curve, and nothing to conclude from it. */
function unfinished(records: readonly RangeTest[], options: { readonly smoothing: number; readonly factor: number }) {
  const [record] = records;
  const curve: LossCurve = record ? lossCurve(record, options) : { lr: [], loss: [], smoothed: [] };
  const none = { consensus: null, steepest: null, valley: null, slide: null, minimum: null, surmenok: null };
  return {
    suggestions: none,
    refusal: "it was asked to stop before its last step: begin it again for a suggestion",
    curve,
  };
}
