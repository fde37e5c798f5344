import type { GivenConfig } from "@downhill/train";
import type { Measured } from "./experiment.ts";
import type { AdviceFacts } from "./facts.ts";

/** Length of trainings. */
export interface Length {
  readonly epochs: number;
  /** Training images. */
  readonly images: number;
}

/** Time that trainings take, as measured. */
export interface Speed {
  /** Time of a training besides its steps in seconds: loading, compiling, evaluating. */
  readonly overhead: number;
  /** Time of the training steps per image in seconds. */
  readonly perImage: number;
}

/** Returns the speed that a training of the defaults shows. */
export function speedOf({ elapsed: [elapsed = 0], trainingSeconds: [steps = 0] }: Measured, length: Length): Speed {
  return { overhead: Math.max(0, elapsed - steps), perImage: steps / passesOf(length) };
}

/** Returns a speed at which trainings take longer by a factor. */
export const scaled = ({ overhead, perImage }: Speed, factor: number): Speed => ({
  overhead: factor * overhead,
  perImage: factor * perImage,
});

/** Batches below which a training shows nothing. */
const FEWEST_BATCHES = 64;
/** Batches by which the speed is measured. */
export const SPEED_BATCHES = 40;

/** Images of a training, counted in each epoch. */
export const passesOf = ({ epochs, images }: Length): number => epochs * images;

/** Length of the training that is to be improved. */
export const fullLength = ({ defaults: { epochs }, data: { trainImages } }: AdviceFacts): Length => ({
  epochs,
  images: trainImages,
});

/** Shortest useful length. */
export const shortestLength = (facts: AdviceFacts): Length =>
  lengthOf(facts, Math.min(passesOf(fullLength(facts)), FEWEST_BATCHES * facts.defaults.batchSize));

/** Returns the expected time of a training in seconds. */
export const secondsOf = ({ overhead, perImage }: Speed, length: Length): number =>
  overhead + perImage * passesOf(length);

/**
 * Returns the length of trainings that take at most a time, between the shortest useful one and the full one. A shorter
 * training has fewer epochs and fewer images, both by about the same factor.
 */
export function lengthWithin(facts: AdviceFacts, { overhead, perImage }: Speed, seconds: number): Length {
  const passes = Math.max(0, (seconds - overhead) / perImage);
  return lengthOf(facts, Math.max(passesOf(shortestLength(facts)), Math.min(passesOf(fullLength(facts)), passes)));
}

function lengthOf(facts: AdviceFacts, passes: number): Length {
  const { epochs, images } = fullLength(facts);
  const share = passes / (epochs * images);
  if (share >= 1) return { epochs, images };
  const fewer = Math.max(1, Math.round(epochs * Math.sqrt(share)), Math.ceil(passes / images));
  return { epochs: fewer, images: Math.max(1, Math.floor(passes / fewer)) };
}

/** Number of test images in trainings that are not evaluated on them. */
const FEW = 100;

/**
 * Returns the configuration of trainings of a length.
 * @param part part on which they are evaluated
 */
export function givenOf(facts: AdviceFacts, { epochs, images }: Length, part: "test" | "validation"): GivenConfig {
  const { given, common, data } = facts;
  // Evaluations within a training matter only where they decide on its course.
  const mayEvaluateOnce = given.earlyStopping === undefined && facts.defaults.schedule !== "plateau";
  return {
    ...given,
    ...common,
    epochs,
    ...(images < data.trainImages ? { trainLimit: images } : {}),
    ...(part === "validation" && data.part === "test" ? { testLimit: Math.min(FEW, given.testLimit ?? FEW) } : {}),
    ...(mayEvaluateOnce ? { evaluateEvery: epochs } : {}),
  };
}
