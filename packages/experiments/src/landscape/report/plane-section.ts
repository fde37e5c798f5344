import { number, percent } from "@downhill/train/plots";
import { type Html, html, raw, table } from "@downhill/train/report";
import { visible } from "@downhill/train/text";
import type { Landscape, PathPoint, Plane, PointScore } from "../landscape.ts";
import { axesInWords, planeInWords, planePlot } from "../plots/plane.ts";

const [WIDE, NARROW] = [640, 312];

/** Returns the section with the plane: contours whose values a pointer or sliders read, paths, and both as tables. */
export function planeSection(landscape: Landscape): Html | null {
  const { plane, runs, images } = landscape;
  if (plane === null) return null;
  const draw = (width: number): Html => raw(planePlot(landscape, { width, title: "" }));
  const slider = (label: string, length: number): Html =>
    html`<label>${label}<input type="range" min="0" max="${length - 1}" step="1" value="${Math.floor(length / 2)}"></label>`;
  return html`<section id="plane"><h2>Plane</h2>
<figure class="card plane" data-plane="${JSON.stringify(readerData(landscape, plane))}">
<figcaption><h3>${plane.kind === "random" ? "Loss in two random directions" : "Loss in the plane of the paths"}</h3><p>${planeInWords(landscape)} ${plane.test && planeInWords(landscape, "test")}</p></figcaption>
<div class="columns"><div><div class="wide">${draw(WIDE)}</div><div class="narrow">${draw(NARROW)}</div></div>
<div>${
    plane.paths.some(({ points }) => points.length > 1) &&
    html`<fieldset class="toggles" hidden><legend>Paths</legend>${plane.paths.map(
      ({ run }) =>
        html`<label><input type="checkbox" checked data-toggle="${run}">${visible(runs[run]?.name ?? "")}</label>`,
    )}</fieldset>`
  }
<div class="reader" hidden>${slider("Horizontal position", plane.x.length)}${slider("Vertical position", plane.y.length)}
<output aria-live="polite">Move the pointer over the plane, or the sliders, to read its values.</output></div>
<details><summary>Values<span class="hidden"> of the plane</span></summary>
${grid(plane.train, plane, `Loss on training images. ${axesInWords(plane)}`)}
${plane.test && grid(plane.test, plane, `Loss on ${images.part ?? "test"} images. Columns and rows as above.`)}
</details>
${plane.paths.map(({ run, points }) => pathTable(runs[run]?.name ?? "", points))}
</div></div></figure></section>`;
}

/** Returns the values that the page's script reads. */
function readerData({ runs, images }: Landscape, plane: Plane) {
  const share = (value: number, positions: readonly number[]): number => {
    const [first = 0, last = 1] = [positions[0], positions.at(-1)];
    return (value - first) / (last - first);
  };
  const values = (scores: readonly (readonly PointScore[])[] | null) =>
    scores?.map((line) => line.map(({ loss, accuracy }) => [short(loss), short(accuracy)])) ?? null;
  return {
    x: plane.x.map(short),
    y: plane.y.map(short),
    train: values(plane.train),
    test: values(plane.test),
    names: { train: "training images", test: `${images.part ?? "test"} images` },
    points: plane.paths.flatMap(({ run, points }) =>
      points.map(({ step, x, y, distance, score }) => ({
        run,
        name: visible(runs[run]?.name ?? ""),
        step,
        left: share(x, plane.x),
        top: 1 - share(y, plane.y),
        distance: short(distance),
        loss: short(score.loss),
        accuracy: short(score.accuracy),
      })),
    ),
  };
}

/** Returns a number with five digits; null if it is not finite. */
const short = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(5)) : null);

/** Returns the values of a plane as a table, the highest row first, as in the picture. */
const grid = (scores: readonly (readonly PointScore[])[], { x, y }: Plane, caption: string): Html =>
  table(
    y.map((position, row) => ({ position, row })).reverse(),
    [
      { heading: "", cell: ({ position }) => number(position, 3) },
      ...x.map((position, column) => ({
        heading: number(position, 3),
        cell: ({ row }: { readonly row: number }) => number(scores[row]?.[column]?.loss ?? Number.NaN, 3),
        numeric: true,
      })),
    ],
    { caption, named: true },
  );

function pathTable(name: string, points: readonly PathPoint[]): Html | null {
  if (points.length < 2) return null;
  return html`<details><summary>Path of ${visible(name)}</summary>
${table(
  points,
  [
    { heading: "Step", cell: ({ step }) => number(step, 9), numeric: true },
    { heading: "Loss", cell: ({ score }) => number(score.loss, 4), numeric: true },
    {
      heading: "Accuracy",
      cell: ({ score }) => (Number.isFinite(score.accuracy) ? percent(score.accuracy) : "–"),
      numeric: true,
    },
    { heading: "Horizontal", cell: ({ x }) => number(x, 4), numeric: true },
    { heading: "Vertical", cell: ({ y }) => number(y, 4), numeric: true },
    { heading: "Distance from the plane", cell: ({ distance }) => number(distance, 3), numeric: true },
  ],
  { caption: `Weights of ${visible(name)}, with their own loss on training images` },
)}
</details>`;
}
