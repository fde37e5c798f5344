/** Key of the keyboard with its action. */
export interface Key {
  /** Value of `KeyboardEvent.key`. */
  readonly key: string;
  readonly help: string;
  run(): void;
}

/** Sections of the help sheet: a heading, and keys with what they do. */
export type HelpSection = readonly [heading: string, keys: readonly (readonly [keys: string, help: string])[]];

/** Keys that charts handle while they have the focus. */
export const CHART_KEYS: HelpSection = [
  "In a chart (Tab moves to it)",
  [
    ["← →", "move the cursor"],
    ["Home End", "move the cursor to the first or last value"],
    ["+ −", "zoom in or out at the cursor"],
    ["Shift ← →", "pan"],
    ["0", "show all steps"],
    ["Esc", "remove the cursor"],
  ],
];

export const POINTER_KEYS: HelpSection = [
  "With a pointer",
  [
    ["drag", "zoom into a range"],
    ["Shift drag", "pan"],
    ["Ctrl wheel", "zoom"],
    ["double click", "show all steps"],
  ],
];

/** True if a key belongs to a text field or a list of choices. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.matches("input:not([type=checkbox], [type=radio], [type=range]), select, textarea");

/** Runs the action of a pressed key, unless a text field has the focus. */
export function handleKey(event: KeyboardEvent, keys: readonly Key[]): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const found = keys.find(({ key }) => key === event.key);
  if (!found) return;
  event.preventDefault();
  found.run();
}
