import { type Branch, withImages } from "../../../files/tree.ts";
import { listFirst } from "../../../text/lists.ts";
import { annotatedRefusal } from "./annotated.ts";
import { type ChosenFolders, chosenLayout } from "./chosen-layout.ts";
import { atClassLevel } from "./class-level.ts";
import { findLayout } from "./find-layout.ts";
import { foldLayout } from "./fold-layout.ts";
import { findFolds } from "./folds.ts";
import type { Choices, Layout } from "./layout.ts";
import { withoutMasks } from "./masks.ts";
import { refuse } from "./refusals.ts";

/**
 * Returns the layout of a data set: by the folders that the user chose, by its folds, or by its folders' names.
 * @param folder its path, for errors
 * @throws DataError for folders that can be read in two ways, with both readings and the options that decide
 */
export function layoutOf(folder: string, root: Branch, chosen: ChosenFolders, choices: Choices): Layout {
  return atClassLevel(folder, atFirstLevel(folder, root, chosen, choices), choices.classLevel);
}

function atFirstLevel(folder: string, root: Branch, chosen: ChosenFolders, choices: Choices): Layout {
  if (Object.keys(chosen).length > 0) return chosenLayout(folder, root, chosen, choices);
  const areClasses = choices.accepts(withImages(root).map(({ name }) => name));
  const isWanted = choices.fold !== undefined || choices.folds !== undefined;
  const folds = areClasses ? null : findFolds(root, isWanted);
  if (folds) return foldLayout(folder, folds, choices);
  const refusal = areClasses ? null : annotatedRefusal(root);
  if (refusal) refuse(folder, refusal);
  const { root: rest, masks } = withoutMasks(root);
  const layout = findLayout(folder, rest, choices);
  return masks.length === 0
    ? layout
    : {
        ...layout,
        findings: [`Masks beside the images of a class are left out: ${listFirst(masks)}.`, ...layout.findings],
      };
}
