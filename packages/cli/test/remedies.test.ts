import { ConfigError, type Problem } from "@downhill/train";
import { expect, test } from "vitest";
import { inFlags, messageOf, textOf } from "../src/config/remedies.ts";
import { PROGRAM } from "../src/program-name.ts";

const PROBLEM = "earlyStopping: there are no validation images";

test.each<[remedies: Problem["remedies"], inKeys: string, inFlags: string]>([
  [[], PROBLEM, PROBLEM],
  [[{ set: "validationShare", value: 0.1 }], "Set validationShare = 0.1.", "Add --validation-share 0.1."],
  [[{ set: "tune", value: false }], "Set tune = false.", "Add --no-tune."],
  [[{ unset: "earlyStopping" }], "Remove earlyStopping.", "Leave out --early-stopping."],
  [
    [{ lower: "lr" }, { set: "warmup" }, { set: "clipNorm" }],
    "Lower lr, set warmup, or set clipNorm.",
    "Lower --lr, add --warmup, or add --clip-norm.",
  ],
  [[{ raise: "epochs", value: 10 }], "Raise epochs to 10.", "Raise --epochs to 10."],
  [
    [{ choose: "empty folder" }, { resume: "runs/a b" }],
    "Choose an empty folder or a new one, or resume the run in runs/a b.",
    `Use --out with an empty folder or a new one, or resume it with ${PROGRAM} train --resume 'runs/a b'.`,
  ],
  [
    [{ resume: "runs/a", otherArithmetic: true }],
    "Resume the run in runs/a with allowOtherArithmetic = true.",
    "Add --allow-other-arithmetic to resume runs/a with different rounding.",
  ],
  [
    [{ restart: "runs/a" }],
    "Start the run in runs/a again.",
    "Start it again with the same command, plus --out runs/a --resume-or-start.",
  ],
  [
    [{ run: "range test" }],
    "Find the learning rate by a range test.",
    `Find the learning rate with ${PROGRAM} find-lr.`,
  ],
  [[{ act: "use a smaller model" }], "Use a smaller model.", "Use a smaller model."],
])("%j in configuration keys and in flags", (remedies, inKeys, flags) => {
  const error = new ConfigError(PROBLEM, { remedies });
  const sentences = (advice: string) => (remedies.length === 0 ? PROBLEM : `${PROBLEM}. ${advice}`);
  expect(error.message).toBe(sentences(inKeys));
  expect(messageOf(error)).toBe(sentences(flags));
  expect(inFlags(error)).toBe(sentences(flags));
});

test("errors and findings without remedies keep their text", () => {
  expect(messageOf(new Error("x"))).toBe("x");
  expect(messageOf("x")).toBe("x");
  expect(textOf({ text: "x" })).toBe("x");
});
