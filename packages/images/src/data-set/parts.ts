/** The parts that a data set may have, in the order in which they are listed. */
export const PART_NAMES = ["train", "validation", "test"] as const;

/** The name of a part of a data set. */
export type PartName = (typeof PART_NAMES)[number];
