import { compete } from "../../common/contestant.mjs";
import { target } from "../../common/report.mjs";
import { median } from "../../common/statistics.mjs";
import { ours } from "../entrants.mjs";
import { againstTorch, COLUMNS, VARIANTS } from "./torch.mjs";

const TARGET = 60e3;

/** Measures steps of a tiny model, whose time is calls, not arithmetic. */
export async function tiny(context) {
  const variants = context.quick ? VARIANTS.slice(0, 1) : VARIANTS.filter(({ env }) => !env);
  let rows = await againstTorch("adam", "tiny", variants, context);
  if (rows.length === 0) {
    const [step] = await compete([ours("adam", "tiny")], context.effort, context.skipped);
    if (step) rows = [{ optimizer: "Adam", ours: median(step.times) }];
  }
  for (const row of rows) row.target = target("ours <= 60 us", row.ours <= TARGET);
  return { title: "One step of a tiny model: 8 tensors, 60,088 parameters", columns: COLUMNS, rows };
}
