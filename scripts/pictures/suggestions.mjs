import { suggestLearningRates } from "@downhill/optim";
import { palette, svg } from "@downhill/train/plots";
import * as Plot from "@observablehq/plot";
import { PROBLEMS } from "../../benchmarks/suggestions/problems.mjs";
import { OPTIMIZERS, rangeTest } from "../../benchmarks/suggestions/training.mjs";

const NET = "two-layer net";
const [OPTIMIZER] = Object.keys(OPTIMIZERS);
const STEPS = 400;

/** Draws the suggestions of all methods for one range test of a small network. */
export function suggestions() {
  const net = PROBLEMS.find(({ name }) => name === NET);
  const { curve, suggestions: found, chosen } = suggestLearningRates(rangeTest(net, OPTIMIZER, 32, STEPS, 1));
  const points = curve.lr.map((lr, i) => ({ lr, loss: curve.loss[i], smoothed: curve.smoothed[i] }));
  const highest = 1.15 * Math.max(...points.slice(0, points.length / 2).map(({ loss }) => loss));
  const visible = points.filter(({ loss }) => loss <= highest);
  const lowest = Math.min(...visible.map(({ loss }) => loss));
  const markers = Object.entries(found)
    .flatMap(([name, suggestion]) => (suggestion ? [{ name, lr: suggestion.lr }] : []))
    .sort((a, b) => a.lr - b.lr)
    .map((marker, i) => ({ ...marker, height: highest - (0.05 + 0.055 * i) * (highest - lowest) }));
  const [low, high] = chosen.interval;
  return svg(
    `A range test of a ${NET} trained by ${OPTIMIZER}, in ${STEPS} steps, and the learning rates that six methods suggest`,
    {
      width: 900,
      height: 360,
      marginLeft: 45,
      marginRight: 20,
      x: { type: "log", label: "learning rate", grid: true, tickFormat: "~e" },
      y: { label: "loss", domain: [lowest, highest], clamp: true },
      color: { domain: markers.map(({ name }) => name), range: palette },
      marks: [
        Plot.rect([{ low, high }], {
          x1: "low",
          x2: "high",
          y1: lowest,
          y2: highest,
          fill: "currentColor",
          fillOpacity: 0.1,
        }),
        Plot.dot(visible, { x: "lr", y: "loss", r: 1.75, fill: "currentColor", fillOpacity: 0.4 }),
        Plot.line(
          points.filter(({ smoothed }) => smoothed <= highest),
          { x: "lr", y: "smoothed", stroke: "currentColor" },
        ),
        Plot.ruleX(markers, { x: "lr", stroke: "name", strokeWidth: 1.5, y1: lowest, y2: "height" }),
        Plot.text(markers, {
          x: "lr",
          y: "height",
          text: "name",
          fill: "name",
          textAnchor: "start",
          dx: 4,
          fontSize: 12,
        }),
      ],
    },
  );
}
