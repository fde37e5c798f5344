import type { PartName } from "../../../data-set/parts.ts";
import type { DataRemedy } from "../../../data-set/remedy.ts";
import { DataError } from "../../../error.ts";
import { type Branch, withImages } from "../../../files/tree.ts";
import { listFirst, plural } from "../../../text/lists.ts";
import { unwrap } from "./candidate.ts";
import { findLayout } from "./find-layout.ts";
import { type Folds, findFolds, isDivided, validationBeside } from "./folds.ts";
import type { Choices, Layout } from "./layout.ts";
import { quoted, refuse } from "./refusals.ts";

/**
 * Returns the layout of folders that are folds: the chosen fold is the test part, the others are the training part. A fold
 * with parts of its own is read by itself.
 * @throws DataError for a fold that does not exist, another number of folds, or if no fold is chosen
 */
export function foldLayout(folder: string, folds: Folds, choices: Choices): Layout {
  const { fold, folds: wanted } = choices;
  const { byNumber } = folds;
  const numbers = [...byNumber.keys()];
  checkCount(folder, folds, wanted);
  if (fold === undefined) return refuseUnchosen(folder, folds);
  const chosen = byNumber.get(fold);
  if (!chosen) {
    throw new DataError(
      `${folder}: fold = ${fold}, but the data have the folds ${listFirst(numbers.map(String), 10)}.`,
      [{ options: { fold: numbers[0] as number }, purpose: "test on that fold" }],
    );
  }
  if (isDivided(chosen)) {
    const layout = findLayout(folder, unwrap(chosen), choices);
    return { ...layout, isFold: true };
  }
  const homes = new Map(numbers.map((number) => [number, unwrap(byNumber.get(number) as Branch)]));
  for (const { path } of [...homes.values()].filter((home) => withImages(home).length === 0)) {
    refuse(folder, {
      problem: `its fold '${path}' has images and no folders of classes. Expected one folder per class.`,
      remedies: [{ act: "move each image into a folder named after its class" }],
    });
  }
  const others = numbers.filter((number) => number !== fold);
  const validation = validationBeside(folds);
  const parts: [PartName, readonly Branch[]][] = [
    ["train", others.map((number) => homes.get(number) as Branch)],
    ...(validation ? [["validation", [validation.home]] satisfies [PartName, readonly Branch[]]] : []),
    ["test", [homes.get(fold) as Branch]],
  ];
  const trained = `training part from ${others.length === 1 ? "fold" : "folds"} ${listFirst(others.map(String), 10)}`;
  return {
    parts: new Map(parts),
    reading: `${trained}${validation ? `, validation part from ${validation.path}` : ""}, test part from fold ${fold} (${chosen.path})`,
    findings: folds.beside
      .filter((other) => other !== validation)
      .map(({ path }) => `${path} is left out, because fold ${fold} is the test part.`),
    isFold: true,
  };
}

/** The remedies for data with folds. */
const remediesFor = ({ byNumber, parent }: Folds): readonly DataRemedy[] => [
  { options: { fold: [...byNumber.keys()][0] as number }, purpose: "test on that fold and train on the others" },
  { options: { folds: "all" }, purpose: "train once for each fold" },
  { folders: { train: [parent.path || "."] }, purpose: "read the folders as classes" },
];

function refuseUnchosen(folder: string, folds: Folds): never {
  const names = [...folds.byNumber.values()].map(({ name }) => name);
  return refuse(folder, {
    problem: `its folders ${quoted(names)} are named as folds. Expected classes, or parts, or the choice of a fold.`,
    remedies: remediesFor(folds),
  });
}

/**
 * Returns the numbers of the folders that are folds; null if there are none.
 * @param wanted the expected number of folds
 * @throws DataError for another number of folds
 */
export function foldNumbers(folder: string, root: Branch, wanted: Choices["folds"]): readonly number[] | null {
  const folds = findFolds(root, true);
  if (!folds) return null;
  checkCount(folder, folds, wanted);
  return [...folds.byNumber.keys()];
}

function checkCount(folder: string, { byNumber }: Folds, wanted: Choices["folds"]): void {
  if (wanted === undefined || wanted === "all" || wanted === byNumber.size) return;
  const paths = [...byNumber.values()].map(({ path }) => path);
  refuse(folder, {
    problem: `folds = ${wanted}, but it has ${plural(paths.length, "folder")} of folds (${listFirst(paths)}). Expected the number of these folders.`,
    remedies: [
      { options: { folds: "all" }, purpose: "use these folders" },
      { folders: { train: paths }, purpose: `divide all of their images into ${wanted} new folds` },
    ],
  });
}
