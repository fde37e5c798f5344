import type { ImageShape } from "@downhill/optim/image";
import { readArguments, type Specification, type Values } from "./arguments.ts";
import type { Draw } from "./draw.ts";

/** The facts about the data that an augmentation needs to prepare itself. */
export interface Setup {
  readonly shape: ImageShape;
  /** The fill color for empty areas, one byte per channel. */
  readonly mean: Uint8Array;
}

/** Changes an image, bytes [channels, height, width], in place. */
export type ChangeImage = (image: Uint8Array, draw: Draw) => void;

/** Mixes another image into an image in place. Returns the share, 0 to 1, that remains of the image itself. */
export type MixImages = (image: Uint8Array, other: Uint8Array, draw: Draw) => number;

interface Common<Name extends string, S extends Specification> {
  /** The key in the registry, and `kind` in descriptions. */
  readonly name: Name;
  /** The name for people. */
  readonly title: string;
  /** The effect in one sentence, for help. */
  readonly summary: string;
  /** The paper or the interface that it follows. */
  readonly source?: string;
  readonly arguments: S;
}

/** The definition of an augmentation in its file: one that changes an image, or one that mixes two. */
export type AugmentationDefinition<Name extends string, S extends Specification> = Common<Name, S> &
  (
    | { readonly prepare: (values: Values<S>, setup: Setup) => ChangeImage; readonly prepareMix?: never }
    | { readonly prepareMix: (values: Values<S>, setup: Setup) => MixImages; readonly prepare?: never }
  );

/** A kind of augmentation in the registry. */
export interface Augmentation<Name extends string = string, S extends Specification = Specification>
  extends Common<Name, S> {
  /** True if it mixes two images and their labels. */
  readonly mixes: boolean;
  /** Checks the arguments of a description and fills in defaults. */
  read(given: Readonly<Record<string, unknown>>, where: string): Values<S>;
  /** Prepares the augmentation with checked arguments. */
  make(values: Values<S>, setup: Setup): { readonly change: ChangeImage } | { readonly mix: MixImages };
}

/** The type of an augmentation's descriptions: `kind` and any of its arguments. */
export type DescriptionOf<A> =
  A extends Augmentation<infer Name, infer S> ? { readonly kind: Name } & Partial<Values<S>> : never;

/** Defines a kind of augmentation. */
export function defineAugmentation<const Name extends string, S extends Specification>(
  definition: AugmentationDefinition<Name, S>,
): Augmentation<Name, S> {
  const { prepare, prepareMix, ...common } = definition;
  return {
    ...common,
    mixes: prepareMix !== undefined,
    read: (given, where) => readArguments(where, common.arguments, given),
    make: (values, setup) => (prepare ? { change: prepare(values, setup) } : { mix: prepareMix(values, setup) }),
  };
}
