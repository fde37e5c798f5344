import { ravine, sgd, trace } from "@downhill/optim";
import { number } from "@downhill/train/plots";
import { toCsv } from "@downhill/train/text";
import { at } from "../at.ts";
import type { Method } from "./method.ts";
import { pathsPlot } from "./plots/paths-plot.ts";
import type { Reproduction } from "./reproduction.ts";

const METHODS: Readonly<Record<string, Method>> = {
  SGD: (lr) => sgd({ lr }),
  Momentum: (lr) => sgd({ lr, momentum: 0.9 }),
  NAG: (lr) => sgd({ lr, momentum: 0.9, nesterov: true }),
};
const STEPS = 100;
/** Ratio of the curvature across the ravine to that along it. */
const CONDITIONS = [10, 50, 200, 1000];
const DRAWN_CONDITION = 50;

/** Figure 2 of Ruder's overview: momentum in a ravine. */
export const momentumRavine: Reproduction = {
  name: "momentum-ravine",
  title: "Momentum in a ravine",
  paper: "https://arxiv.org/abs/1609.04747",
  summary: "Momentum accelerates SGD along a ravine and dampens its oscillations across it.",
  trainings: null,
  run() {
    const rows = CONDITIONS.flatMap((condition) =>
      Object.entries(METHODS).map(([method, optimizer]) => ({ condition, method, ...best(optimizer, condition) })),
    );
    const lossOf = (condition: number, method: string): number =>
      rows.find((row) => row.condition === condition && row.method === method)?.loss as number;
    const gains = (method: string): string =>
      CONDITIONS.slice(1)
        .map((condition) => `${number(lossOf(condition, "SGD") / lossOf(condition, method), 2)} times (${condition})`)
        .join(", ");
    const surface = ravine({ conditionNumber: DRAWN_CONDITION });
    const paths = Object.entries(METHODS).map(([name, method]) => {
      const { lr } = best(method, DRAWN_CONDITION);
      return { name, lr, path: trace(method(lr), surface, undefined, STEPS) };
    });
    const [start] = at(paths, 0).path.points as [readonly [number, number]];
    const reach = 1.15 * Math.max(...start.map(Math.abs));
    return {
      claims: [
        ...["Momentum", "NAG"].map((method) => ({
          statement: `${method} is faster than SGD in a ravine (section 4.${method === "NAG" ? "2" : "1"}, figure 2)`,
          measured: `lower loss than SGD's after ${STEPS} steps, at the condition number in parentheses: ${gains(method)}`,
          holds: CONDITIONS.slice(1).every((condition) => lossOf(condition, method) < lossOf(condition, "SGD") / 5),
        })),
        {
          statement:
            "Limit, which the paper does not state: in a mild ravine, of condition number 10, momentum only delays",
          measured: `loss after ${STEPS} steps: SGD ${number(lossOf(10, "SGD"), 2)}, Momentum ${number(lossOf(10, "Momentum"), 2)}`,
          holds: lossOf(10, "SGD") < lossOf(10, "Momentum"),
        },
      ],
      method: `Each method has the best of 32 learning rates, from the one at which SGD diverges down by 8 % each, for ${STEPS} steps on a quadratic ravine.`,
      files: new Map([
        [
          "ravine.svg",
          pathsPlot({
            paths,
            surface,
            title: `Ravine of condition number ${DRAWN_CONDITION}`,
            domain: { x: [-reach, reach], y: [-reach, reach] },
          }),
        ],
        ["losses.csv", toCsv(rows)],
      ]),
    };
  },
};

/** Returns the lowest loss after all steps, with its learning rate. */
function best(method: Method, conditionNumber: number): { readonly lr: number; readonly loss: number } {
  const surface = ravine({ conditionNumber });
  const rates = Array.from({ length: 32 }, (_, k) => (4 / conditionNumber) * 0.92 ** k);
  const tried = rates.map((lr) => {
    const { losses, divergedAt } = trace(method(lr), surface, undefined, STEPS);
    return { lr, loss: divergedAt === null ? at(losses, STEPS) : Number.POSITIVE_INFINITY };
  });
  return tried.reduce((a, b) => (b.loss < a.loss ? b : a));
}
