import { optimizers, plateau, schedules } from "@downhill/optim";
import { expect, test } from "vitest";
import { memberDocs } from "../generate/member-docs.mjs";

/** Every hyperparameter and argument by the file that declares it. */
const rows = [
  ...Object.values(optimizers).map(({ name, hyperparameters }) => ["optimizers", name, hyperparameters] as const),
  ...Object.entries(schedules.kinds).map(([name, { arguments: taken }]) => ["schedules", name, taken] as const),
  ["controllers", "plateau", plateau({ base: 1 }).description] as const,
];

test.each(rows)("%s/%s documents each of its hyperparameters or arguments", (folder, name, members) => {
  const docs = memberDocs(folder, name);
  const names = Object.keys(members).filter((member) => member !== "version" && member !== "kind");
  expect(names.filter((member) => !docs[member])).toEqual([]);
});

test("a line has no default, which has a column of its own", () => {
  expect(memberDocs("schedules", "oneCycle").divFactor).toBe("Highest value divided by the first.");
});
