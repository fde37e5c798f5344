import type { PbfReader } from "pbf";
import { DataError } from "../../error.ts";

/** The first value of a feature: bytes, a float, or a whole number; null for an empty list. */
export type FeatureValue = Uint8Array | number | null;

/** The features of an example by name. */
export type Features = ReadonlyMap<string, FeatureValue>;

type Pbf = typeof PbfReader;

/**
 * Reads a message of the type `tf.train.Example`: a map of features, each with a list of bytes, floats or integers.
 * @throws DataError for another message
 */
export function readExample(place: string, record: Uint8Array, Reader: Pbf): Features {
  const features = new Map<string, FeatureValue>();
  try {
    new Reader(record).readFields((tag, _, pbf) => {
      if (tag === 1) pbf.readMessage(readFeatures, features);
    }, null);
  } catch (error) {
    throw new DataError(
      `${place}: it is no message of the type tf.train.Example: ${(error as Error).message}. Write the records as tf.train.Example.`,
    );
  }
  return features;
}

function readFeatures(tag: number, features: Map<string, FeatureValue>, pbf: PbfReader): void {
  if (tag !== 1) return;
  const entry: { key: string; value: FeatureValue } = { key: "", value: null };
  pbf.readMessage((inner, into: typeof entry, own) => {
    if (inner === 1) into.key = own.readString();
    else if (inner === 2) into.value = own.readMessage(readFeature, { value: null as FeatureValue }).value;
  }, entry);
  features.set(entry.key, entry.value);
}

/** Reads the list of a feature: bytes (1), floats (2) or integers (3). */
function readFeature(kind: number, feature: { value: FeatureValue }, pbf: PbfReader): void {
  if (kind < 1 || kind > 3) return;
  pbf.readMessage((tag, into: { value: FeatureValue }, own) => {
    if (tag !== 1) return;
    if (kind === 1) into.value ??= own.readBytes();
    else if (kind === 2) into.value ??= own.type === 2 ? (own.readPackedFloat()[0] ?? null) : own.readFloat();
    else into.value ??= own.type === 2 ? (own.readPackedVarint([], true)[0] ?? null) : own.readVarint(true);
  }, feature);
}
