import type { FinderSettings } from "@downhill/train";

/** Flags of `find-lr`. */
export interface FindLrOptions {
  readonly from?: string;
  readonly to?: string;
  readonly steps?: string;
  readonly seeds?: string;
  readonly probe?: string;
  readonly linear?: boolean;
  readonly choose?: NonNullable<FinderSettings["choose"]>;
  readonly sweep?: string;
  readonly values?: string;
  readonly out?: string;
  readonly optimizer?: string;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly [flag: string]: unknown;
}
