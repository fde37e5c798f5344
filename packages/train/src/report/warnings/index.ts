import type { ReportRun } from "../report-data.ts";
import { lostClasses, miscalibrated, mostlyOnePair, noSkill } from "./errors.ts";
import { augmentedAccuracy, noHeldOutImages, uncertain, validationOnly } from "./evaluation.ts";
import { dataFindings, notFinite, settingFindings, waiting } from "./findings.ts";
import { fit } from "./fit.ts";
import { endedEarly, failed, incomplete } from "./status.ts";
import type { Check, Warning } from "./warning.ts";

export type { Warning } from "./warning.ts";

const CHECKS: readonly Check[] = [
  incomplete,
  failed,
  endedEarly,
  augmentedAccuracy,
  settingFindings,
  noHeldOutImages,
  validationOnly,
  fit,
  noSkill,
  lostClasses,
  uncertain,
  miscalibrated,
  mostlyOnePair,
  notFinite,
  waiting,
  dataFindings,
];

/** Returns all warnings that apply to a run, most important first. */
export const warnings = (run: ReportRun): Warning[] => CHECKS.flatMap((check) => check(run) ?? []);
