import type { PartName } from "../../../data-set/parts.ts";
import type { Branch } from "../../../files/tree.ts";
import { type Candidate, isAside, isSplit, shareClass } from "./candidate.ts";
import { classesIn, type Layout, partsIn } from "./layout.ts";
import { ambiguous, MOVE_IMAGES, partFolders, quote, quoted, refuse, withoutTraining } from "./refusals.ts";

/**
 * Decides on folders of which at least one is named as a part.
 * @throws DataError for folders that can be read in two ways
 */
export function partLayout(folder: string, root: Branch, folders: readonly Candidate[]): Layout {
  const named = folders.filter(({ part }) => part !== null);
  const kinds = new Set(named.map(({ part }) => part));
  return kinds.size === 1 ? onePartLayout(folder, root, folders, named) : severalPartsLayout(folder, folders, named);
}

/** Decides on folders whose names stand for a single part. That name is most likely a class unless the contents disagree. */
function onePartLayout(
  folder: string,
  root: Branch,
  folders: readonly Candidate[],
  named: readonly Candidate[],
): Layout {
  const others = folders.filter(({ part }) => part === null);
  const sorted = named.filter(({ classes }) => classes.length > 0);
  const isTraining = named.every(({ part }) => part === "train");
  const [only] = sorted;
  if (only && isTraining && named.length === 1 && others.every(isAside)) {
    return partsIn(new Map([["train", only.home]]), others.map(withoutLabels));
  }
  const common = sorted.some((part) => others.some((other) => shareClass(part, other)));
  const deeper = sorted.some(isSplit) && others.some(({ classes }) => classes.length === 0);
  const beside = sorted.length === 0 && others.length > 0 && others.every(isSplit);
  if (common || deeper || beside) refuse(folder, ambiguous(folders, folders));
  if (others.length > 0 || (sorted.length === 0 && !haveSameRest(named))) return classesIn(root);
  return refuse(folder, isTraining ? ambiguous(folders, folders) : withoutTraining(named));
}

/** Decides on folders whose names stand for at least two parts. */
function severalPartsLayout(folder: string, folders: readonly Candidate[], named: readonly Candidate[]): Layout {
  const others = folders.filter(({ part }) => part === null);
  const sorted = named.filter(({ classes }) => classes.length > 0);
  const training = named.filter(({ part }) => part === "train");
  if (sorted.length === 0) {
    const [example] = [...training, ...named] as [Candidate];
    refuse(folder, {
      problem: `${quoted(named.map(({ path }) => path))} are named as parts and have images, but no folders of classes. Expected one folder per class in each.`,
      remedies: [
        { act: `move each image into a folder named after its class, such as ${example.path}/cat/1.jpg` },
        { folders: { train: ["."] }, purpose: "read the folders themselves as classes" },
      ],
    });
  }
  if (training.length === 0) refuse(folder, withoutTraining(named, others));
  const train = sorted.find(({ part }) => part === "train");
  if (!train) {
    return refuse(folder, {
      problem: `its training part ${quoted(training.map(({ path }) => path))} has no folders of classes. Expected one folder per class in it.`,
      remedies: [MOVE_IMAGES],
    });
  }
  const agree = sorted.length > 1 && sorted.every((part) => part === train || shareClass(part, train));
  if ((!haveSameRest(named) && !agree) || !others.every(isAside)) refuse(folder, ambiguous(folders, named));
  const homes = new Map<PartName, Branch>();
  for (const { part, path, home } of sorted) {
    const other = sorted.find((candidate) => candidate.part === part);
    if (other && other.path !== path) {
      refuse(folder, {
        problem: `both ${quote(other.path)} and ${quote(path)} are named as its ${part} part. Expected one.`,
        remedies: [{ folders: partFolders(sorted), purpose: "choose" }],
      });
    }
    homes.set(part as PartName, home);
  }
  const left = [...named.filter(({ classes }) => classes.length === 0), ...others];
  return partsIn(homes, left.map(withoutLabels));
}

/** True if names agree but for the words for parts: FER2013 has a public and a private test part. */
function haveSameRest(named: readonly Candidate[]): boolean {
  const kinds = new Set(named.map(({ part }) => part));
  const isPlain = (rest: string): boolean => kinds.size > 1 && (rest === "public" || rest === "private");
  return new Set(named.map(({ rest }) => (isPlain(rest) ? "" : rest))).size === 1;
}

/** Returns the finding on a folder of images without classes. */
export const withoutLabels = ({ path }: Candidate): string =>
  `${path} has images and no folders of classes. It is left out.`;
