import { combineCurves } from "./combine.ts";
import { type ConsensusOptions, consensus, refusal } from "./consensus.ts";
import { type LossCurve, type LossCurveOptions, lossCurve, type RangeTest, type Suggestion } from "./curve.ts";
import { minimum } from "./minimum.ts";
import { slide } from "./slide.ts";
import { steepest } from "./steepest.ts";
import { surmenok } from "./surmenok.ts";
import { valley } from "./valley.ts";

/** How records become a curve, and where `consensus` chooses in its interval. */
export type SuggestOptions = LossCurveOptions & ConsensusOptions;

export type SuggestionName = "consensus" | "steepest" | "valley" | "slide" | "minimum" | "surmenok";

export interface RateSuggestions {
  /** The one to use, `consensus`'; null where the curve shows no rate to trust. */
  readonly chosen: Suggestion | null;
  /** What each way to choose says by itself. */
  readonly suggestions: Readonly<Record<SuggestionName, Suggestion | null>>;
  /** Why there is none to use, in words; null where there is. */
  readonly refusal: string | null;
  /** What was judged. */
  readonly curve: LossCurve;
}

/**
 * Learning rates from a range test (a short training whose rate grows with every step), or from several with different
 * seeds, or from a curve made of them. Options say how records become a curve (a curve is taken as it is), and `position`
 * where in its interval `consensus` chooses.
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
    consensus: consensus(curve, position === undefined ? {} : { position }),
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
