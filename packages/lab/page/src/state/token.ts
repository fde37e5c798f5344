const KEY = "downhill-token";

/** Moves the token of the printed address into the memory of this tab, so that shared addresses do not contain it. */
export function takeToken(): void {
  const found = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (found === undefined) return;
  sessionStorage.setItem(KEY, found);
  history.replaceState(history.state, "", location.pathname + location.search);
}

/** Returns the token; an empty text if this tab was opened without one. */
export const token = (): string => sessionStorage.getItem(KEY) ?? "";
