import type { DefaultTheme } from "vitepress";

/** The pages of the guide, in reading order. */
export const guide: DefaultTheme.SidebarItem[] = [
  {
    text: "Start",
    items: [
      { text: "First run", link: "/guide/first-run" },
      { text: "Your own photographs", link: "/guide/your-own-photographs" },
    ],
  },
  {
    text: "Settings that matter",
    items: [
      { text: "Choosing an optimizer", link: "/guide/choosing-an-optimizer" },
      { text: "The learning-rate finder", link: "/guide/learning-rate-finder" },
      { text: "Schedules", link: "/guide/schedules" },
      { text: "Batch size", link: "/guide/batch-size" },
    ],
  },
  {
    text: "Runs and models",
    items: [
      { text: "Resuming", link: "/guide/resuming" },
      { text: "Exporting and using the model", link: "/guide/using-the-model" },
      { text: "Ported tutorials", link: "/tutorials" },
    ],
  },
];
