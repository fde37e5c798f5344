import type { PartName } from "../data-set/parts.ts";
import { listFirst, plural } from "../text/lists.ts";
import type { Duplicate } from "./duplicates.ts";
import type { Facts } from "./facts.ts";

/** The ratio of the largest to the smallest class from which classes count as imbalanced. */
const IMBALANCE = 3;

/** The number of examples in a finding. */
const NAMED = 3;

/** Returns the findings about the data, as sentences. */
export function findingsOf(facts: Facts): readonly string[] {
  return [
    ...balance(facts),
    ...failed(facts),
    ...ignoredFiles(facts),
    ...singleColored(facts),
    ...repeated(facts.duplicates),
  ];
}

function* balance({ classNames, counts }: Facts): Generator<string> {
  for (const { part, perClass } of counts) {
    const absent = classNames.filter((_, label) => perClass[label] === 0);
    if (absent.length > 0) {
      yield `${plural(absent.length, "class has", "classes have")} no ${word(part)} images: ${some(absent)}.`;
    }
    if (part !== "train" || absent.length > 0) continue;
    const [most, least] = [Math.max(...perClass), Math.min(...perClass)];
    if (most < IMBALANCE * least) continue;
    const [large, small] = [classNames[perClass.indexOf(most)], classNames[perClass.indexOf(least)]];
    yield `The classes differ in size: ${large} has ${most} training images, ${small} ${least}. Compare the balanced accuracy, the mean over the classes.`;
  }
}

function* failed({ failures }: Facts): Generator<string> {
  if (failures.length === 0) return;
  const named = some(failures.map(({ path, reason }) => `${path} (${reason})`));
  yield `${plural(failures.length, "image", "images")} cannot be used and ${failures.length === 1 ? "is" : "are"} left out: ${named}.`;
}

function* ignoredFiles({ ignored }: Facts): Generator<string> {
  if (ignored.size === 0) return;
  const total = [...ignored.values()].reduce((sum, count) => sum + count, 0);
  const endings = [...ignored]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([ending, count]) => `${ending || "without an ending"} ${count}`);
  yield `${plural(total, "file is not an image", "files are not images")} by name and left out: ${some(endings)}.`;
}

function* singleColored({ plain }: Facts): Generator<string> {
  for (const { part, names } of plain) {
    if (names.length === 0) continue;
    yield `${plural(names.length, `${word(part)} image is`, `${word(part)} images are`)} of a single color: ${some(names)}.`;
  }
}

function* repeated(duplicates: readonly Duplicate[]): Generator<string> {
  const kinds = new Map<string, Duplicate[]>();
  for (const duplicate of duplicates) {
    const kind = `${duplicate.part} ${duplicate.of.part}`;
    const group = kinds.get(kind);
    if (group) group.push(duplicate);
    else kinds.set(kind, [duplicate]);
  }
  for (const group of kinds.values()) {
    const { part, of } = group[0] as Duplicate;
    const examples = some(group.map(({ name, of: { name: other } }) => `${name} is ${other}`));
    if (part === of.part) {
      yield `${plural(group.length, `${word(part)} image repeats`, `${word(part)} images repeat`)} an earlier one, byte for byte: ${examples}.`;
    } else {
      yield `${plural(group.length, `${word(part)} image is`, `${word(part)} images are`)} also in the ${word(of.part)} part, which makes the result too good: ${examples}.`;
    }
  }
  const contradicting = duplicates.filter(({ sameClass }) => !sameClass);
  if (contradicting.length > 0) {
    const examples = some(contradicting.map(({ name, of }) => `${name} is ${of.name}`));
    yield `${plural(contradicting.length, "of them has", "of them have")} two different labels: ${examples}.`;
  }
}

const word = (part: PartName): string => (part === "train" ? "training" : part);

const some = (things: readonly string[]): string => listFirst(things, NAMED);
