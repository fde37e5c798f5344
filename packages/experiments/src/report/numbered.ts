import { type Html, html } from "@downhill/train/report";

/** Length of names that get a minimum width, so that a narrow column does not break them at each word. */
const LONG = 20;

/** Returns the name of an entrant after its number in the order, which labels it in the plots. */
export function numbered(rank: number, name: string): Html {
  const text = html`<b>${rank}</b>\u00a0${name}`;
  return name.length > LONG ? html`<span style="display: inline-block; min-width: 14em">${text}</span>` : text;
}
