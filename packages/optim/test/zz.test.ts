import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { optimizers, Parameters } from "../src/index.ts";
const fx = JSON.parse(readFileSync(new URL("./fixtures/optimizers.json", import.meta.url), "utf8"));
const NAMES: any = { sign_sgd: "signSgd", dadapt_adamw: "dadaptAdamw", schedule_free_sgd: "scheduleFreeSgd", schedule_free_adamw: "scheduleFreeAdamw" };
const REN: any = { betas: ["beta1", "beta2"], etas: ["etaMinus", "etaPlus"], step_sizes: ["stepSizeMin", "stepSizeMax"], learning_rate: "lr", b1: "beta1", b2: "beta2" };
const camel = (s: string) => s.replace(/_(\w)/g, (_, c) => c.toUpperCase());
function map(h: any) {
  const out: any = {};
  for (const [k, v] of Object.entries(h)) {
    if (v === null) continue;
    const r = REN[k] ?? camel(k);
    if (Array.isArray(r)) r.forEach((n: string, i: number) => (out[n] = (v as any)[i]));
    else out[r] = v;
  }
  return out;
}
test("x", () => {
  const cases = [...fx.cases.map((c: any) => ({ ...c, shape: [8], start: fx.start, gradients: fx.gradients })), ...fx.matrix.cases.map((c: any) => ({ ...c, start: fx.matrix.start, gradients: fx.matrix.gradients }))];
  for (const [i, c] of cases.entries()) {
    const name = NAMES[c.optimizer] ?? c.optimizer.toLowerCase();
    const f = (optimizers as any)[name];
    if (!f) { console.log(i, "no", name); continue; }
    const h = map(c.hyperparameters);
    if (c.lr?.startsWith("sched")) { const b = h.lr ?? f.hyperparameters.lr; h.lr = (s: number) => b * fx.lrFactor[s]; }
    const res: string[] = [];
    for (const [dtype, bind] of [["float64", {}], ["float64", { asWritten: false, backend: "interpreter" }], ["float32", { backend: "wasm" }]] as any) {
      const p = new Parameters({ w: c.shape }, { dtype });
      p.setValue("w", c.start);
      const u = f(h).bind(p, bind);
      let worst = 0, worstT = 0, worstTensor = 0;
      for (let s = 0; s < 60; s++) {
        p.setGradient("w", c.gradients[s]);
        u.step();
        const want = c.parameters[s + 1];
        if (want) {
          const big = Math.max(...want.map(Math.abs));
          p.value("w").forEach((a: number, k: number) => {
            const e = Math.abs(a - want[k]) / Math.abs(want[k]);
            if (!(e <= worst)) { worst = e; worstT = s + 1; }
            worstTensor = Math.max(worstTensor, Math.abs(a - want[k]) / big);
          });
        }
      }
      res.push(`${worst.toExponential(1)}${dtype === "float32" ? ` (${worstTensor.toExponential(1)})` : ""}@${worstT}`);
    }
    console.log(i, name, c.lr ?? "", res.join("  "));
  }
});
