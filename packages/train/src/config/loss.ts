import { CLASS_LOSSES, type ClassLoss, checkClassLoss, GraphError } from "@downhill/graph";
import { ConfigError } from "../error.ts";
import { findName } from "./find-name.ts";

/** Loss as configurations state it: its kind, or its kind with arguments. */
export type LossSetting = string | { readonly kind: string; readonly [argument: string]: unknown };

/** Losses of labels that cannot be smoothed. */
const UNSMOOTHED = ["focal", "multiMargin"];

/**
 * Returns the loss of a configuration under the name of its kind, which may be hyphenated: `cross-entropy`.
 * @throws ConfigError for an unknown kind, with the nearest one, or an invalid argument
 */
export function readLoss(setting: LossSetting): ClassLoss {
  const { kind, ...given } = typeof setting === "string" ? { kind: setting } : setting;
  const name = findName(kind, CLASS_LOSSES) ?? kind;
  const loss = (Object.keys(given).length === 0 ? name : { kind: name, ...given }) as ClassLoss;
  try {
    checkClassLoss("loss", 1, { loss });
  } catch (error) {
    throw error instanceof GraphError
      ? new ConfigError(error.reason, { setting: { path: "loss", value: setting }, cause: error })
      : error;
  }
  return loss;
}

/** True if the loss can have smoothed labels. */
export const canSmooth = (loss: ClassLoss): boolean =>
  !UNSMOOTHED.includes(typeof loss === "string" ? loss : loss.kind);
