import type { Choices } from "./memory.ts";
import type { Choose } from "./question.ts";

/**
 * The variants that the programs of one training are compiled with. Variants round differently: compiled again with the
 * recorded ones, a program gives the same bits, whatever the tuning cache says.
 */
export interface VariantRecord {
  /** Recorded variants by tuning key. */
  readonly variants: Choices;
  /** Called with the variants of a program that are not recorded yet, before the program is returned. */
  add(variants: Choices): void;
  /** Called for a recorded variant that this version does not have; throws unless another one may be taken. */
  missing(key: string, variant: string): void;
}

/** Lowers with recorded variants, and adds those that the record does not have. */
export function recordVariants<T>(record: VariantRecord | undefined, lower: (choose: Choose) => T) {
  let used = new Map<string, string>();
  return {
    /** @param choose picks the variants that are not recorded */
    lower(choose: Choose): T {
      used = new Map();
      return lower((question) => {
        const { key, variants } = question;
        const recorded = record && Object.hasOwn(record.variants, key) ? record.variants[key] : undefined;
        const isKnown = recorded !== undefined && variants.includes(recorded);
        if (recorded !== undefined && !isKnown) record?.missing(key, recorded);
        const variant = isKnown ? recorded : choose(question);
        used.set(key, variant);
        return variant;
      });
    },
    /** Adds the variants of the last lowering to the record. */
    add(): void {
      const added = [...used].filter(([key, variant]) => record?.variants[key] !== variant);
      if (added.length > 0) record?.add(Object.fromEntries(added));
    },
  };
}
