import type { ImageShape } from "@downhill/optim/image";
import { readArguments, type Specification, type Values } from "./arguments.ts";
import type { Draw } from "./draw.ts";

/** What an augmentation is made ready for. */
export interface Setup {
  readonly shape: ImageShape;
  /** By channel, what fills the place of what is not there. */
  readonly mean: Uint8Array;
}

/** Changes an image, bytes [channels, height, width], where it is. */
export type ChangeImage = (image: Uint8Array, draw: Draw) => void;

/** Mixes another image into one; returns the share, 0..1, that stays of the one. */
export type MixImages = (image: Uint8Array, other: Uint8Array, draw: Draw) => number;

interface Common<Name extends string, S extends Specification> {
  /** The key in the registry, and `kind` in descriptions. */
  readonly name: Name;
  /** As people write it. */
  readonly title: string;
  /** What it does, in a sentence, for help. */
  readonly summary: string;
  /** The paper, or the interface, that it follows. */
  readonly source?: string;
  readonly arguments: S;
}

/** An augmentation as its file states it: of one image, or of two. */
export type AugmentationDefinition<Name extends string, S extends Specification> = Common<Name, S> &
  (
    | { readonly prepare: (values: Values<S>, setup: Setup) => ChangeImage; readonly prepareMix?: never }
    | { readonly prepareMix: (values: Values<S>, setup: Setup) => MixImages; readonly prepare?: never }
  );

/** A kind of augmentation of the library. */
export interface Augmentation<Name extends string = string, S extends Specification = Specification>
  extends Common<Name, S> {
  /** Whether it mixes two images, and their labels with them. */
  readonly mixes: boolean;
  /** Checks a description's arguments, and fills in defaults. */
  read(given: Readonly<Record<string, unknown>>, where: string): Values<S>;
  /** Of checked arguments. */
  make(values: Values<S>, setup: Setup): { readonly change: ChangeImage } | { readonly mix: MixImages };
}

/** Its descriptions: `kind`, and any of its arguments. */
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
