import { readAugment } from "./augment.ts";
import { isScheduled } from "./hyperparameters.ts";
import { readLoss } from "./loss.ts";
import { checkModel } from "./model.ts";
import { optimizerNamed } from "./optimizer.ts";
import { scheduleKind } from "./schedule.ts";
import type { GivenConfig } from "./schema.ts";

/**
 * Checks the names in a configuration before any data is read.
 * @throws ConfigError for an unknown name, with the nearest one
 */
export function checkNames({
  model,
  modelOptions,
  optimizer,
  partner,
  augment,
  loss,
  hyperparameters,
  ...given
}: GivenConfig): void {
  if (model !== undefined) checkModel(model, modelOptions);
  if (optimizer !== undefined) optimizerNamed(optimizer);
  if (partner !== undefined) optimizerNamed(partner, "partner");
  if (augment !== undefined) readAugment(augment);
  if (loss !== undefined) readLoss(loss);
  for (const key of ["schedule", "batchSchedule"] as const) {
    const schedule = given[key];
    if (schedule !== undefined) scheduleKind(typeof schedule === "string" ? schedule : schedule.kind, key);
  }
  const { momentum, weightDecay } = given;
  for (const [name, value] of Object.entries({ momentum, weightDecay, ...hyperparameters })) {
    if (isScheduled(value)) scheduleKind(value.kind, name);
  }
}
