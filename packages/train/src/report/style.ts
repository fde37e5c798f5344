/** Style sheet of the page: light and dark color schemes, screens from 360 pixels wide, and paper. */
export const STYLE = `
:root { color-scheme: light dark; --page: #f4f5f7; --card: #ffffff; --ink: #1f2328; --muted: #59636e; --line: #d8dde3;
  --accent: #2f64cc; --wrong: #b04b05; --bar: #c9d8f5; --note: #fdf3e7; --note-line: #c2560a; }
@media (prefers-color-scheme: dark) { :root { --page: #0f1216; --card: #171b21; --ink: #e6e8eb; --muted: #9aa4af;
  --line: #2d343d; --accent: #7aa5ff; --wrong: #ff9f4a; --bar: #2a3c62; --note: #2a2016; --note-line: #ff9f4a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
main { max-width: 1168px; margin: 0 auto; padding: 32px 24px 64px; }
a { color: var(--accent); }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.75rem; font-weight: 600; margin: 0 0 12px; max-width: 26em; }
h1 strong { display: block; font-size: 3.5rem; line-height: 1.1; font-weight: 700; color: var(--accent);
  font-variant-numeric: tabular-nums; letter-spacing: -0.02em; }
h2 { font-size: 1.375rem; margin: 48px 0 16px; }
h3 { font-size: 1.0625rem; margin: 0 0 8px; }
* + h3 { margin-top: 24px; }
h4 { margin: 16px 0 4px; }
p { margin: 0 0 12px; max-width: 70ch; }
.kicker { color: var(--muted); font-size: 0.875rem; margin-bottom: 24px; max-width: none; }
.kicker span::before { content: "·"; margin: 0 6px; }
.how { color: var(--muted); margin: 0; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 20px; list-style: none; margin: 24px 0 0; padding: 12px 0 0;
  border-top: 1px solid var(--line); }
.opening { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 20px 40px; align-items: start; }
.tiles { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 12px; margin: 0; }
.tiles div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; }
.tiles dt { color: var(--muted); font-size: 0.8125rem; }
.tiles dd { margin: 2px 0 0; font-size: 1.375rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.tiles small { display: block; overflow-wrap: anywhere; }
small { font-size: 0.8125rem; font-weight: 400; color: var(--muted); }
.notes { list-style: none; margin: 0; padding: 0; display: grid; gap: 8px; }
.notes li { background: var(--note); border-left: 4px solid var(--note-line); border-radius: 4px; padding: 10px 16px; }
.notes p { margin: 2px 0 0; max-width: none; overflow-wrap: anywhere; }
.stack { display: grid; gap: 20px; min-width: 0; }
.grid { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 20px; align-items: stretch; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px; margin: 0;
  min-width: 0; }
figcaption p { color: var(--muted); font-size: 0.9375rem; }
figure svg { display: block; width: 100%; max-width: 640px; height: auto; }
.spread { grid-column: 1 / -1; display: grid; grid-template: auto 1fr / repeat(2, minmax(0, 1fr)); gap: 0 40px; }
.spread .first { grid-area: 1 / 2 / 3 / 3; }
.narrow { display: none; }
.switched .second, .switched:has([value="second"]:checked) .first { display: none; }
.switched:has([value="second"]:checked) .second { display: block; }
.switched { position: relative; }
.switch { position: absolute; top: 20px; right: 20px; border: 0; margin: 0; padding: 0; display: flex; gap: 16px; font-size: 0.875rem; color: var(--muted); }
.switch legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.switch label { display: inline-flex; align-items: center; gap: 6px; min-height: 24px; }
.switch input { accent-color: var(--accent); margin: 0; width: 16px; height: 16px; }
details { margin-top: 16px; }
summary { cursor: pointer; color: var(--accent); font-size: 0.9375rem; min-height: 24px; }
.scroll { overflow-x: auto; margin-top: 12px; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); font-size: 0.8125rem; padding-bottom: 6px; }
th, td { text-align: left; padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody th { font-weight: 500; }
td { overflow-wrap: break-word; }
td.number, th.number { text-align: right; white-space: nowrap; padding-right: 14px; }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; min-height: 24px; }
th button::after { content: " ↕"; content: " ↕" / ""; color: var(--muted); font-weight: 400; }
th[aria-sort="ascending"] button::after { content: " ↑"; content: " ↑" / ""; }
th[aria-sort="descending"] button::after { content: " ↓"; content: " ↓" / ""; }
.bar { display: inline-block; width: 72px; height: 8px; border-radius: 4px; margin-right: 8px;
  background: linear-gradient(to right, var(--accent) var(--share), var(--bar) var(--share)); }
.pairs { margin: 0 0 12px; font-size: 0.9375rem; }
.pairs div { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 12px; padding: 5px 0;
  border-bottom: 1px solid var(--line); }
.pairs dt { color: var(--muted); overflow-wrap: anywhere; }
.pairs dd { margin: 0; overflow-wrap: anywhere; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.875em; }
pre { background: var(--page); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; margin: 0 0 12px;
  white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.6; }
.command { display: flex; flex-wrap: wrap; gap: 12px; align-items: start; }
.command pre { flex: 1 1 260px; min-width: 0; }
.command button { font: inherit; font-size: 0.875rem; color: var(--ink); background: var(--card); cursor: pointer;
  border: 1px solid var(--line); border-radius: 8px; padding: 10px 16px; }
.gallery { list-style: none; margin: 0; padding: 0; display: grid; gap: 12px;
  grid-template-columns: repeat(auto-fill, minmax(132px, 1fr)); }
.gallery li { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 10px; min-width: 0; }
.gallery img { display: block; width: 100%; aspect-ratio: 1; height: auto; object-fit: contain; border-radius: 4px;
  background: var(--page); margin-bottom: 8px; }
.gallery .pictures, .gallery .near { display: flex; gap: 4px; }
.gallery .pictures img, .gallery .near img { flex: 1 1 0; min-width: 0; }
.gallery .near img { max-width: 40px; margin: 6px 0 2px; }
.gallery .pixels { image-rendering: pixelated; }
.gallery p { margin: 0; font-size: 0.8125rem; line-height: 1.4; overflow-wrap: anywhere; }
.gallery .wrong { color: var(--wrong); }
.gallery .name { color: var(--muted); font-size: 0.75rem; }
.gallery .name span { white-space: nowrap; }
footer { margin-top: 48px; color: var(--muted); font-size: 0.875rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 900px) { .grid, .opening { grid-template-columns: minmax(0, 1fr); } .spread { display: block; } }
@media (max-width: 560px) {
  main { padding: 20px 12px 48px; }
  .card { padding: 14px 12px; }
  h1 { font-size: 1.25rem; } h1 strong { font-size: 2.75rem; }
  .wide { display: none; } .narrow { display: block; }
  .gallery { grid-template-columns: repeat(auto-fill, minmax(104px, 1fr)); gap: 8px; }
  .pairs div { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .bar { display: none; } .switch { top: 14px; right: 12px; } td.number, th.number { padding-right: 10px; }
}
@media print {
  body { background: none; font-size: 12px; } main { max-width: none; padding: 0; }
  nav, .switch, [data-copy], .card > details, section > details { display: none; }
  .wide { display: block; } .narrow { display: none; } .spread { display: block; }
  th button::after { content: ""; }
  .card, .gallery li, .notes li, tr { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .bar, .notes li { print-color-adjust: exact; }
}
`;
