import {
  adadelta,
  adagrad,
  beale,
  type Path,
  type Point,
  rateForPace,
  rmsprop,
  saddle,
  sgd,
  stepsUntil,
  trace,
} from "@downhill/optim";
import { toCsv } from "@downhill/train/text";
import { at } from "../at.ts";
import type { Method } from "./method.ts";
import { pathsPlot } from "./plots/paths-plot.ts";
import type { Claim, Reproduction } from "./reproduction.ts";

/** Methods of the animations; the first three do not scale the gradient per axis. */
const METHODS: Readonly<Record<string, Method>> = {
  SGD: (lr) => sgd({ lr }),
  Momentum: (lr) => sgd({ lr, momentum: 0.9 }),
  NAG: (lr) => sgd({ lr, momentum: 0.9, nesterov: true }),
  Adagrad: (lr) => adagrad({ lr }),
  // Its paper has no learning rate: here it scales the steps, as for any other method.
  Adadelta: (lr) => adadelta({ lr }),
  RMSprop: (lr) => rmsprop({ lr, alpha: 0.9 }),
};
const NAMES = Object.keys(METHODS);
const UNSCALED = ["SGD", "Momentum", "NAG"];
const ADAPTIVE = ["Adagrad", "Adadelta", "RMSprop"];

/** Start above Beale's valley, where both partial derivatives point to the minimum, and that across the valley dominates. */
const BEALE_START: Point = [1, 0.9];
const MINIMUM = at(beale.minima, 0).at;
/** Steps in which each method covers half of the distance to the minimum. */
const BEALE_PACE = 20;
/** Steps in which each method descends the other slope of the saddle. */
const SADDLE_PACE = 20;
/** Distance of the start from the ridge of the saddle. */
const BESIDE = 1e-4;
/** Steps that are drawn, and within which the saddle must be left. */
const DRAWN = 120;
const MOST = 1000;

/** Figure 4 of Ruder's overview: the animations of optimizers on the contours of Beale's function and at a saddle point. */
export const ruderSurfaces: Reproduction = {
  name: "ruder-surfaces",
  title: "Optimizers on the contours of Beale's function and at a saddle point",
  paper: "https://arxiv.org/abs/1609.04747",
  summary:
    "Adaptive methods head for the minimum at once and leave a saddle point quickly; momentum and NAG are led off track, and SGD, momentum and NAG find it difficult to break the symmetry of the saddle.",
  trainings: null,
  run() {
    const [contours, ridge] = [onContours(), atSaddle()];
    const paths = [...contours.paths, ...ridge.paths];
    return {
      claims: [...contours.claims, ...ridge.claims],
      method: `The figures state neither learning rates nor starts. Every method has the lowest rate at which it covers half of the way to Beale's minimum from ${pointText(BEALE_START)} in ${BEALE_PACE} steps, or descends the other slope of the saddle from 1 to 0.1 in ${SADDLE_PACE} steps. The saddle x² − y² is left at |y| = 1, from ${BESIDE} beside the ridge. Far from the ridge, at a distance of about 0.3, the statement about the saddle fails: the gradient is no longer small there.`,
      files: new Map([
        ["contours.svg", pathsPlot({ ...contours, surface: beale, title: "Beale's function", domain: BEALE_VIEW })],
        ["saddle.svg", pathsPlot({ ...ridge, surface: saddle, title: "Saddle x² − y²", domain: SADDLE_VIEW })],
        ["paths.csv", toCsv(paths.flatMap(rowsOf))],
      ]),
    };
  },
};

const BEALE_VIEW = { x: [0.5, 4], y: [-0.9, 1.3] } as const;
const SADDLE_VIEW = { x: [-1.2, 1.2], y: [-0.5, 1.6] } as const;

/** Path of a method with what it is drawn for. */
interface NamedPath {
  readonly surface: string;
  readonly name: string;
  readonly lr: number;
  readonly path: Path;
}

function rowsOf({ surface, name, lr, path: { points, losses } }: NamedPath) {
  return points.map(([x, y], step) => ({ surface, method: name, lr, step, x, y, loss: losses[step] }));
}

function onContours(): { readonly claims: Claim[]; readonly paths: NamedPath[] } {
  const distance = ([x = 0, y = 0]: Point): number => Math.hypot(x - at(MINIMUM, 0), y - at(MINIMUM, 1));
  const halfway = (point: Point): boolean => distance(point) <= distance(BEALE_START) / 2;
  const paths = NAMES.map((name): NamedPath => {
    const method = METHODS[name] as Method;
    const lr = rateForPace(method, beale, BEALE_START, BEALE_PACE, halfway);
    return { surface: "beale", name, lr, path: trace(method(lr), beale, BEALE_START, DRAWN) };
  });
  const seen = new Map(
    paths.map(({ name, path: { points } }) => [name, points.slice(1, stepsUntil(halfway, points) + 1).map(fromStart)]),
  );
  const side = (name: string): number => Math.max(...(seen.get(name) ?? []).map(({ beside }) => beside));
  const headsOff = (name: string): boolean => (seen.get(name) ?? []).every(({ ahead, beside }) => beside < ahead);
  const [momentum, nag, adaptive] = [side("Momentum"), side("NAG"), Math.max(...ADAPTIVE.map(side))];
  return {
    paths,
    claims: [
      {
        statement:
          "Adagrad, Adadelta and RMSprop almost immediately head off in the right direction (section 4.10, figure 4a)",
        measured: `moving more ahead than aside at each step: ${NAMES.filter(headsOff).join(", ") || "none"}`,
        holds: ADAPTIVE.every(headsOff) && !UNSCALED.some(headsOff),
      },
      {
        statement: "Momentum and NAG are led off track (figure 4a)",
        measured: `farthest from the straight line: Momentum ${fixed(momentum)}, NAG ${fixed(nag)}, the adaptive methods at most ${fixed(adaptive)}`,
        holds: momentum > adaptive && nag > adaptive,
      },
      {
        statement: "NAG is quicker than momentum to correct its course (figure 4a)",
        measured: `farthest from the straight line: NAG ${fixed(nag)}, Momentum ${fixed(momentum)}`,
        holds: nag < momentum,
      },
    ],
  };
}

/** Returns a point as seen from the start in the direction of the minimum. */
function fromStart(point: Point): { readonly ahead: number; readonly beside: number } {
  const [dx, dy] = MINIMUM.map((m, axis) => m - at(BEALE_START, axis)) as [number, number];
  const length = Math.hypot(dx, dy);
  const [x, y] = point.map((p, axis) => p - at(BEALE_START, axis)) as [number, number];
  return { ahead: (x * dx + y * dy) / length, beside: Math.abs(x * dy - y * dx) / length };
}

function atSaddle(): { readonly claims: Claim[]; readonly paths: NamedPath[] } {
  const paths = NAMES.map((name): NamedPath => {
    const method = METHODS[name] as Method;
    const lr = rateForPace(method, saddle, [1, 0], SADDLE_PACE, ([x = 0]) => Math.abs(x) <= 0.1);
    return { surface: "saddle", name, lr, path: trace(method(lr), saddle, [1, BESIDE], DRAWN) };
  });
  const leaving = (name: string, lr: number): number =>
    stepsUntil(([, y = 0]) => Math.abs(y) >= 1, trace((METHODS[name] as Method)(lr), saddle, [1, BESIDE], MOST).points);
  const steps = new Map(paths.map(({ name, lr }) => [name, leaving(name, lr)]));
  const taken = (name: string): number => steps.get(name) as number;
  const listed = (names: readonly string[]): string => names.map((name) => `${name} ${taken(name)}`).join(", ");
  // At one rate for all: a pace would already contain what momentum gains.
  const same = UNSCALED.map((name) => leaving(name, SAME_RATE)) as [number, number, number];
  return {
    paths,
    claims: [
      {
        statement: "Adagrad, RMSprop and Adadelta quickly head down the negative slope of the saddle (figure 4b)",
        measured: `steps until |y| = 1: ${listed(ADAPTIVE)}`,
        holds: Math.max(...ADAPTIVE.map(taken)) < Math.min(...UNSCALED.map(taken)) / 2,
      },
      {
        statement: "SGD, momentum and NAG find it difficult to break the symmetry (figure 4b)",
        measured: `steps until |y| = 1: ${listed(UNSCALED)}`,
        holds: Math.min(...UNSCALED.map(taken)) > 2 * Math.max(...ADAPTIVE.map(taken)),
      },
      {
        statement: "Momentum and NAG eventually escape the saddle point, before SGD (figure 4b)",
        measured: `steps at the learning rate ${SAME_RATE}: Momentum ${same[1]}, NAG ${same[2]}, SGD ${same[0]}`,
        holds: same[1] < same[0] && same[2] < same[0],
      },
    ],
  };
}

const SAME_RATE = 0.03;
const fixed = (value: number): string => value.toFixed(2);
const pointText = (point: Point): string => `(${point.join(", ")})`;
