import { percent } from "../plots/numbers.ts";
import { spoken } from "../plots/text.ts";
import type { RunResult } from "../run-folder/result.ts";
import { type Html, html } from "./html.ts";
import { sizeOfPng } from "./pictures.ts";
import type { ReportData } from "./report-data.ts";

/** Number of pictures that are visible without a click. */
const FIRST = 24;
/** Largest side, in pixels, of a picture that is enlarged without interpolation. */
const SMALL = 64;

/** Returns the misclassified images with the highest loss as pictures; null if there are none. */
export function mistakesSection({ run: { facts, result }, pictures = [] }: ReportData): Html | null {
  const mistakes = (result?.mistakes ?? []).slice(0, pictures.length);
  if (mistakes.length === 0) return null;
  const { classNames } = facts.data;
  const cards = mistakes.map((mistake, i) => card(mistake, pictures[i] as Uint8Array, classNames));
  return html`<section id="mistakes"><h2>The worst mistakes</h2>
<p>Images with the highest loss, worst first. Check their labels too: some may be wrong.</p>
<ul class="gallery">${cards.slice(0, FIRST)}</ul>
${cards.length > FIRST && html`<details><summary>${cards.length - FIRST} more</summary><ul class="gallery">${cards.slice(FIRST)}</ul></details>`}
</section>`;
}

function card(
  { label, predicted, probability, loss, name }: RunResult["mistakes"][number],
  picture: Uint8Array,
  classNames: readonly string[],
): Html {
  const { width, height } = sizeOfPng(picture);
  const [trueName, predictedName] = [classNames[label], classNames[predicted]];
  return html`<li>
<img src="data:image/png;base64,${Buffer.from(picture).toString("base64")}" width="${width}" height="${height}" alt="${spoken(trueName)}, predicted as ${spoken(predictedName)}"${Math.max(width, height) <= SMALL ? html` class="pixels"` : ""}>
<p><b>${trueName}</b></p>
<p class="wrong"><span aria-hidden="true">→ </span><span class="hidden">predicted as </span>${predictedName}, ${percent(probability)}</p>
<p class="name">${name} <span>loss ${loss.toFixed(2)}</span></p>
</li>\n`;
}
