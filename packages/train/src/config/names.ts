import { readAugment } from "./augment.ts";
import { modelNamed } from "./model.ts";
import { optimizerNamed } from "./optimizer.ts";
import { scheduleKind } from "./schedule.ts";
import type { GivenConfig } from "./schema.ts";

/**
 * Looks the names of a configuration up, so that a misspelt one is told before any data is read.
 * @throws ConfigError for an unknown name, with the nearest
 */
export function checkNames({ model, optimizer, schedule, augment }: GivenConfig): void {
  if (model !== undefined) modelNamed(model);
  if (optimizer !== undefined) optimizerNamed(optimizer);
  if (augment !== undefined) readAugment(augment);
  if (schedule !== undefined) scheduleKind(typeof schedule === "string" ? schedule : schedule.kind);
}
