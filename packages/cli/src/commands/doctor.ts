import { defineCommand } from "../command/define-command.ts";
import { json } from "./shared.ts";

export const doctor = defineCommand({
  name: "doctor",
  summary: "check this machine for training",
  description: "Check what this machine offers for training, where data sets and runs are stored, and what is missing.",
  options: { json },
  examples: ["downhill doctor"],
  action: async ({ output }) => (await import("../actions/doctor.ts")).diagnose(output),
});
