/** Joins the sections of a text, without those that are null or empty. */
export const joinSections = (sections: readonly (string | null)[], separator = "\n\n"): string =>
  sections.filter((section) => section !== null && section !== "").join(separator);
