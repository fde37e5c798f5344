import type { OptimizerFactory } from "@downhill/optim";
import { ConfigError } from "../error.ts";
import { isScheduled, withBase } from "./hyperparameters.ts";
import { optimizerNamed, takesPartner } from "./optimizer.ts";
import { settingsFor } from "./optimizer-settings.ts";
import type { RunConfig } from "./run-config.ts";
import type { GivenConfig } from "./schema.ts";

/** Partner of an optimizer that is for some of the parameters only. */
const DEFAULT_PARTNER = "adamw";

/**
 * Returns the partner of an optimizer, with its hyperparameters: it has its own measured settings, and its learning rate
 * keeps its ratio to the optimizer's.
 * @throws ConfigError for a partner of an optimizer that takes none, and for invalid settings of the partner
 */
export function resolvePartner(
  factory: OptimizerFactory,
  { partner: name, partnerHyperparameters: stated = {} }: GivenConfig,
): Pick<RunConfig, "partner" | "partnerHyperparameters"> {
  if (!takesPartner(factory)) {
    const key = name === undefined ? "partnerHyperparameters" : "partner";
    if (name === undefined && Object.keys(stated).length === 0) return { partner: null, partnerHyperparameters: {} };
    throw new ConfigError(
      `${key}: ${factory.name} updates all parameters. Expected an optimizer that is for some of them, such as muon.`,
      { code: "conflict", remedies: [{ unset: key }, { set: "optimizer", value: "muon" }] },
    );
  }
  const partner = optimizerNamed(name ?? DEFAULT_PARTNER, "partner");
  if (takesPartner(partner)) {
    throw new ConfigError(
      `partner = '${partner.name}': it is not for all parameters either. Expected one that is, such as adamw.`,
    );
  }
  if ("lr" in stated) {
    throw new ConfigError("partnerHyperparameters.lr: expected lrFactor, the ratio of its learning rate to lr");
  }
  const { lrFactor } = stated;
  if (lrFactor !== undefined && !(typeof lrFactor === "number" && lrFactor >= 0 && Number.isFinite(lrFactor))) {
    throw new ConfigError(
      `partnerHyperparameters.lrFactor = ${JSON.stringify(lrFactor)}: expected a number of at least 0`,
    );
  }
  const { lr, ...own } = settingsFor(partner);
  const standards: Readonly<Record<string, unknown>> = { ...partner.hyperparameters, ...own };
  const values = Object.entries(stated).map(([key, value]) => [
    key,
    isScheduled(value) && Object.hasOwn(partner.hyperparameters, key) ? withBase(key, value, standards[key]) : value,
  ]);
  return {
    partner: partner.name,
    partnerHyperparameters: { lrFactor: lr / settingsFor(factory).lr, ...own, ...Object.fromEntries(values) },
  };
}
