const KEY = "downhill-theme";
export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const system = matchMedia("(prefers-color-scheme: dark)");

class Appearance {
  /** Chosen color scheme; "auto" is that of the system. */
  theme: Theme = $state(THEMES.find((name) => name === localStorage.getItem(KEY)) ?? "auto");
  #systemIsDark = $state(system.matches);

  constructor() {
    system.addEventListener("change", ({ matches }) => {
      this.#systemIsDark = matches;
    });
    this.#apply();
  }

  get isDark(): boolean {
    return this.theme === "auto" ? this.#systemIsDark : this.theme === "dark";
  }

  /** Chooses the next color scheme. */
  next(): void {
    this.theme = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length] as Theme;
    localStorage.setItem(KEY, this.theme);
    this.#apply();
  }

  #apply(): void {
    document.documentElement.dataset.theme = this.theme;
  }
}

/** Color scheme of the page. */
export const appearance = new Appearance();
