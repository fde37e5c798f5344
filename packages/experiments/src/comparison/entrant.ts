import { type GivenConfig, optimizerNamed, takesPartner } from "@downhill/train";

/** Settings in which entrants of a comparison may differ. */
export interface Choices {
  readonly optimizer: readonly string[];
  readonly schedule: readonly string[];
  readonly model: readonly string[];
  readonly batchSize: readonly number[];
}

/** Settings that an entrant changes. The data and the seeds are common to all. */
export type Changes = Omit<GivenConfig, "data" | "seed">;

/** Entrant of a comparison: the settings in which it differs from the others. */
export interface Entrant {
  /** Its settings that differ between entrants, such as `adamw cosine`. */
  readonly name: string;
  readonly changes: Changes;
}

/**
 * Returns all combinations of the choices. A setting without choices is that of the common configuration.
 * @example entrantsOf({ optimizer: ["sgd", "adam"], schedule: [], model: [], batchSize: [] });
 */
export function entrantsOf(choices: Choices): Entrant[] {
  const keys = (Object.keys(choices) as (keyof Choices)[]).filter((key) => choices[key].length > 0);
  let entrants: Changes[] = [{}];
  for (const key of keys) {
    entrants = entrants.flatMap((changes) => choices[key].map((choice) => ({ ...changes, [key]: choice })));
  }
  const isVaried = (key: keyof Choices): boolean => choices[key].length > 1;
  const named = keys.some(isVaried) ? keys.filter(isVaried) : keys.slice(0, 1);
  return entrants.map((changes) => ({ name: named.map((key) => nameOf(key, changes[key])).join(" "), changes }));
}

const nameOf = (key: keyof Choices, value: unknown): string => (key === "batchSize" ? `batch ${value}` : String(value));

/**
 * Returns the configuration of an entrant. Hyperparameters that stand beside the name of an optimizer are that optimizer's:
 * other optimizers have settings of their own. A partner is that of the optimizers which take one.
 */
export function configOf(given: GivenConfig, { changes }: Entrant): GivenConfig {
  const { optimizer } = changes;
  const isOther =
    optimizer !== undefined &&
    given.optimizer !== undefined &&
    optimizerNamed(optimizer).name !== optimizerNamed(given.optimizer).name;
  const { partner, partnerHyperparameters, ...shared } = given;
  const withoutPartner = optimizer !== undefined && !takesPartner(optimizerNamed(optimizer));
  const all = withoutPartner ? shared : given;
  if (!isOther) return { ...all, ...changes };
  const { hyperparameters, momentum, weightDecay, lr, ...rest } = all;
  return { ...rest, ...changes };
}
