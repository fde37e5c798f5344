import { schedules } from "@downhill/optim";
import { expect, test } from "vitest";
import { examples } from "../../examples/schedules.mjs";
import { callOf, kindsIn, shortDescription } from "../generate/schedule-code.mjs";

const rows = examples.map(({ schedule }) => [callOf(schedule.description), schedule] as const);

test.each(rows)("%s is the schedule that it describes", (call, { description }) => {
  const names = [...new Set<string>(kindsIn(description))];
  const build = new Function(...names, `return ${call}`);
  const built = build(...names.map((name) => schedules[name as "cosine"]));
  expect(built.description).toEqual(description);
  expect(schedules.build(shortDescription(description)).description).toEqual(description);
});
