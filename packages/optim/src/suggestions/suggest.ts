import { omitUndefined } from "../omit-undefined.ts";
import { combineCurves } from "./combine.ts";
import { type ConsensusOptions, consensus, refusal } from "./consensus.ts";
import { type LossCurve, type LossCurveOptions, lossCurve, type RangeTest, type Suggestion } from "./curve.ts";
import { minimum } from "./minimum.ts";
import { slide } from "./slide.ts";
import { steepest } from "./steepest.ts";
import { surmenok } from "./surmenok.ts";
import { valley } from "./valley.ts";

/** Options of the curve, and the position of `consensus` in its interval. */
export type SuggestOptions = LossCurveOptions & ConsensusOptions;

export type SuggestionName = "consensus" | "steepest" | "valley" | "slide" | "minimum" | "surmenok";

export interface RateSuggestions {
  /** Suggestion to use, that of `consensus`; null if the curve shows no reliable rate. */
  readonly chosen: Suggestion | null;
  /** Suggestion of each method. */
  readonly suggestions: Readonly<Record<SuggestionName, Suggestion | null>>;
  /** Reason why there is no suggestion to use; null if there is one. */
  readonly refusal: string | null;
  /** Curve on which the suggestions are based. */
  readonly curve: LossCurve;
}

/**
 * Suggests learning rates from a range test (a short training whose rate grows with every step), from several with
 * different seeds, or from a finished curve. The options apply to the conversion of records to a curve, and `position`
 * to `consensus`.
 *
 * ```ts
 * const lr = Array.from({ length: 100 }, (_, step) => 1e-5 * 1.15 ** step);
 * const loss = lr.map((rate) => 0.3 + 2 / (1 + 100 * rate) + rate ** 2); // In earnest: what training found at each.
 * const { chosen, refusal } = suggestLearningRates({ lr, loss });
 * console.log(chosen ? `${chosen.lr}: ${chosen.why}` : refusal);
 * ```
 */
export function suggestLearningRates(
  record: RangeTest | LossCurve | readonly RangeTest[],
  { position, ...options }: SuggestOptions = {},
): RateSuggestions {
  const curve = toCurve(record, options);
  const suggestions = {
    consensus: consensus(curve, omitUndefined({ position })),
    steepest: steepest(curve),
    valley: valley(curve),
    slide: slide(curve),
    minimum: minimum(curve),
    surmenok: surmenok(curve),
  };
  return { chosen: suggestions.consensus, suggestions, refusal: refusal(curve), curve };
}

function toCurve(record: RangeTest | LossCurve | readonly RangeTest[], options: LossCurveOptions): LossCurve {
  if (isList(record)) return combineCurves(record, options);
  return "smoothed" in record ? record : lossCurve(record, options);
}

// `Array.isArray` does not narrow readonly arrays.
const isList = (record: RangeTest | LossCurve | readonly RangeTest[]): record is readonly RangeTest[] =>
  Array.isArray(record);
