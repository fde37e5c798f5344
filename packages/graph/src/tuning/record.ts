import type { ChosenVariants } from "./tuning-cache.ts";
import type { ChooseVariant } from "./tuning-key.ts";

/**
 * The variants that the programs of one training are compiled with. Variants round differently: compiled again with the
 * recorded ones, a program computes the same bits, whatever the tuning cache contains.
 */
export interface VariantRecord {
  /** Recorded variants by tuning key. */
  readonly variants: ChosenVariants;
  /** Called with the unrecorded variants of a program before the program is returned. */
  add(variants: ChosenVariants): void;
  /** Called for a recorded variant that this version does not have. Throws unless another variant may replace it. */
  missing(key: string, variant: string): void;
}

/** Lowers graphs with recorded variants, and adds variants that the record lacks. */
export function recordVariants<T>(record: VariantRecord | undefined, lower: (choose: ChooseVariant) => T) {
  let used = new Map<string, string>();
  return {
    /** @param choose returns the variants that are not recorded */
    lower(choose: ChooseVariant): T {
      used = new Map();
      return lower((key) => {
        const { id, variants } = key;
        const recorded = record && Object.hasOwn(record.variants, id) ? record.variants[id] : undefined;
        const isKnown = recorded !== undefined && variants.includes(recorded);
        if (recorded !== undefined && !isKnown) record?.missing(id, recorded);
        const variant = isKnown ? recorded : choose(key);
        used.set(id, variant);
        return variant;
      });
    },
    /** Adds the variants of the last lowering to the record. */
    add(): void {
      const added = [...used].filter(([id, variant]) => record?.variants[id] !== variant);
      if (added.length > 0) record?.add(Object.fromEntries(added));
    },
  };
}
