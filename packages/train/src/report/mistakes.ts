import { percent } from "../plots/numbers.ts";
import { spoken } from "../plots/text.ts";
import type { RunResult } from "../run-folder/result.ts";
import type { ExplainedMistake } from "./explain-mistakes.ts";
import { type Html, html } from "./html.ts";
import { sizeOfPng } from "./pictures.ts";
import type { ReportData } from "./report-data.ts";

/** Number of pictures that are visible without a click. */
const FIRST = 24;
/** Largest side, in pixels, of a picture that is enlarged without interpolation. */
const SMALL = 64;

/** Returns the misclassified images with the highest loss as pictures; null if there are none. */
export function mistakesSection({ run: { facts, result }, pictures = [], explained = [] }: ReportData): Html | null {
  const mistakes = (result?.mistakes ?? []).slice(0, pictures.length);
  if (mistakes.length === 0) return null;
  const { classNames } = facts.data;
  const cards = mistakes.map((mistake, i) => card(mistake, pictures[i] as Uint8Array, explained[i], classNames));
  return html`<section id="mistakes"><h2>The worst mistakes</h2>
<p>Images with the highest loss, worst first. Check their labels too: some may be wrong.${explained.some(({ heat }) => heat) ? " The second picture of a mistake colors the regions in favor of the predicted class (Grad-CAM)." : ""}${explained.length > 0 ? " Below are the training images with the most similar features." : ""}</p>
<ul class="gallery">${cards.slice(0, FIRST)}</ul>
${cards.length > FIRST && html`<details><summary>${cards.length - FIRST} more</summary><ul class="gallery">${cards.slice(FIRST)}</ul></details>`}
</section>`;
}

function card(
  { label, predicted, probability, loss, name }: RunResult["mistakes"][number],
  picture: Uint8Array,
  explained: ExplainedMistake | undefined,
  classNames: readonly string[],
): Html {
  const [trueName, predictedName] = [classNames[label], classNames[predicted]];
  const near = explained?.near ?? [];
  return html`<li>
<div class="pictures">${image(picture, `${spoken(trueName)}, predicted as ${spoken(predictedName)}`)}${explained?.heat && image(explained.heat, `Regions in favor of ${spoken(predictedName)}`)}</div>
<p><b>${trueName}</b></p>
<p class="wrong"><span aria-hidden="true">→ </span><span class="hidden">predicted as </span>${predictedName}, ${percent(probability)}</p>
<p class="name">${name} <span>loss ${loss.toFixed(2)}</span></p>
${
  near.length > 0 &&
  html`<div class="near">${near.map((one) => image(one.picture, `Similar training image: ${spoken(classNames[one.label])}`))}</div>
<p class="name">similar: ${near.map((one) => classNames[one.label]).join(", ")}</p>`
}
</li>\n`;
}

function image(picture: Uint8Array, alt: string): Html {
  const { width, height } = sizeOfPng(picture);
  return html`<img src="data:image/png;base64,${Buffer.from(picture).toString("base64")}" width="${width}" height="${height}" alt="${alt}"${Math.max(width, height) <= SMALL ? html` class="pixels"` : ""}>`;
}
