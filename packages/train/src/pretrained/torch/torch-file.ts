import type { UndecodedTensor } from "../../checkpoints/safetensors.ts";
import { storedType } from "../../checkpoints/safetensors-types.ts";
import { TrainError } from "../../error.ts";
import { sizeOf } from "../../size.ts";
import { Named, PickleReader } from "./pickle-reader.ts";
import { storedEntries } from "./stored-entries.ts";

/** Data types and bytes per number of PyTorch's storages. */
const STORAGES: Readonly<Record<string, readonly [dtype: string, bytes: number]>> = {
  "torch.FloatStorage": ["F32", 4],
  "torch.DoubleStorage": ["F64", 8],
  "torch.HalfStorage": ["F16", 2],
  "torch.BFloat16Storage": ["BF16", 2],
  "torch.LongStorage": ["I64", 8],
  "torch.IntStorage": ["I32", 4],
  "torch.ShortStorage": ["I16", 2],
  "torch.CharStorage": ["I8", 1],
  "torch.ByteStorage": ["U8", 1],
  "torch.BoolStorage": ["BOOL", 1],
};

/** Numbers that tensors share. */
interface Storage {
  readonly key: string;
  readonly dtype: string;
  /** Bytes per number. */
  readonly width: number;
}

/** Place of a tensor in its storage; offset and strides count numbers. */
interface Place {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

const isPlace = (value: unknown): value is Place => typeof value === "object" && value !== null && "strides" in value;

/** First bytes of a pickle, and of a ZIP archive. */
const PICKLE = 0x80;
const ZIP = [0x50, 0x4b];
/** First byte of the header of a safetensors file, after its length in eight bytes. */
const BRACE = 0x7b;

/** True if the bytes are a file of `torch.save`. */
export function isTorchFile(bytes: Uint8Array): boolean {
  if (ZIP.every((byte, i) => bytes[i] === byte)) return true;
  const protocol = bytes[1] ?? 0;
  return bytes[0] === PICKLE && protocol >= 2 && protocol <= 5 && bytes[8] !== BRACE;
}

/**
 * Reads the tensors of a state dictionary that `torch.save` wrote, without executing anything in the file: only the
 * functions that rebuild tensors and ordered dictionaries are known, and every other name is refused.
 * @param path file for errors
 * @throws TrainError for a damaged file, or one with anything but tensors, such as a whole module
 */
export function openTorchFile(bytes: Uint8Array, path: string): UndecodedTensor[] {
  try {
    const { root, bytesOf } = bytes[0] === PICKLE ? readLegacy(bytes) : readArchive(bytes);
    const state = stateOf(root);
    if (state === null) throw new SyntaxError("it has no dictionary of tensors");
    return state.map(([name, place]) => tensorOf(name, place, bytesOf(place.storage)));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    const act =
      error instanceof RangeError ? "copy or download it again" : `save the weights alone, with ${conversion(path)}`;
    throw new TrainError(`${path}: the file of torch.save cannot be read: ${error.message}`, {
      code: "other-format",
      remedies: [{ act }],
      cause: error,
    });
  }
}

/** Returns the lines of Python that write the weights of a file as safetensors. */
const conversion = (path: string): string =>
  `python3 -c 'import torch, safetensors.torch as s; m = torch.load("${path}", map_location="cpu"); s.save_file(getattr(m, "state_dict", lambda: m)(), "${path.replace(/\.\w+$/, "")}.safetensors")'`;

interface Contents {
  readonly root: unknown;
  readonly bytesOf: (storage: Storage) => Uint8Array;
}

/** Reads an archive: a pickle, and one entry for each storage. PyTorch writes it from version 1.6 on. */
function readArchive(bytes: Uint8Array): Contents {
  const entries = storedEntries(bytes);
  const pickle = [...entries.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickle === undefined) throw new SyntaxError("it is a ZIP archive without data.pkl");
  const folder = pickle.slice(0, -"data.pkl".length);
  if (Buffer.from(entries.get(`${folder}byteorder`) ?? []).toString() === "big") {
    throw new SyntaxError("its numbers are big-endian");
  }
  return {
    root: new PickleReader(entries.get(pickle) as Uint8Array, MEANINGS).next(),
    bytesOf: ({ key }) => found(entries.get(`${folder}data/${key}`)),
  };
}

/** Reads five pickles, the fourth of which is the object, and the storages after them. */
function readLegacy(bytes: Uint8Array): Contents {
  const pickles = new PickleReader(bytes, MEANINGS);
  for (let i = 0; i < 3; i++) pickles.next();
  const root = pickles.next();
  const keys = pickles.next();
  if (!Array.isArray(keys)) throw new SyntaxError("its list of storages is missing");
  const widths = new Map([...placesIn(root)].map(({ storage }) => [storage.key, storage.width]));
  const storages = new Map<unknown, Uint8Array>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = pickles.position;
  for (const key of keys) {
    const start = at + 8;
    at = start + Number(view.getBigInt64(at, true)) * (widths.get(key) ?? 1);
    if (at > bytes.length) throw new RangeError("it is truncated");
    storages.set(key, bytes.subarray(start, at));
  }
  return { root, bytesOf: ({ key }) => found(storages.get(key)) };
}

function found(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new RangeError("a storage is missing");
  return bytes;
}

const MEANINGS = {
  call(path: string, given: readonly unknown[]): unknown {
    if (path === "collections.OrderedDict") return new Map(pairsOf(given[0] ?? []));
    if (path === "torch._utils._rebuild_parameter") return given[0];
    if (path === "torch._utils._rebuild_tensor_v2") {
      const [storage, offset, shape, strides] = given;
      if (isStorage(storage) && isCount(offset) && areCounts(shape) && areCounts(strides)) {
        if (shape.length === strides.length) return { storage, offset, shape, strides };
      }
      throw new SyntaxError("a tensor has no valid shape");
    }
    throw new SyntaxError(`it has an object of ${path}, and not tensors alone`);
  },
  persistent(id: unknown): Storage {
    const [, type, key] = Array.isArray(id) ? id : [];
    const known = type instanceof Named ? STORAGES[type.path] : undefined;
    if (known === undefined)
      throw new SyntaxError(`it has a storage of ${(type as Named | undefined)?.path ?? "no type"}`);
    return { key: String(key), dtype: known[0], width: known[1] };
  },
};

const isStorage = (value: unknown): value is Storage => typeof value === "object" && value !== null && "width" in value;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const areCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount);

function pairsOf(items: unknown): [unknown, unknown][] {
  if (Array.isArray(items) && items.every((pair) => Array.isArray(pair) && pair.length === 2)) return items;
  throw new SyntaxError("a dictionary has no pairs");
}

/** Keys under which training programs save the weights beside other values. */
const STATE_KEYS = ["state_dict", "model", "model_state_dict", "model_ema", "net", "weights"];

/** Returns the named tensors of a state dictionary, or of one inside; null if there is none. */
function stateOf(root: unknown): (readonly [string, Place])[] | null {
  if (!(root instanceof Map)) return null;
  const named = [...root].filter(
    (entry): entry is [string, Place] => typeof entry[0] === "string" && isPlace(entry[1]),
  );
  if (named.length > 0) return named;
  const inside = STATE_KEYS.find((key) => root.has(key));
  return inside === undefined ? null : stateOf(root.get(inside));
}

/** Yields the tensors in a value, each container once: one may contain others many times, and itself. */
function* placesIn(value: unknown, seen = new Set<unknown>()): Generator<Place> {
  if (isPlace(value)) yield value;
  else if ((value instanceof Map || Array.isArray(value)) && !seen.has(value)) {
    seen.add(value);
    for (const inner of value.values()) yield* placesIn(inner, seen);
  }
}

function tensorOf(name: string, { storage, offset, shape, strides }: Place, bytes: Uint8Array): UndecodedTensor {
  const { dtype, width } = storage;
  const count = sizeOf(shape);
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] as number), offset);
  // A stride of 0 repeats numbers, of which there could be more than fit into memory.
  if (count > 0 && Math.max(last + 1, count) * width > bytes.length) {
    throw new RangeError(`the tensor '${name}' does not fit into its storage`);
  }
  return {
    ...{ name, dtype, shape },
    values: () => {
      const numbers = new Uint8Array(count * width);
      for (let i = 0; i < count; i++) {
        const from = width * placeOf(i, shape, strides, offset);
        for (let byte = 0; byte < width; byte++) numbers[i * width + byte] = bytes[from + byte] as number;
      }
      return (storedType(dtype) as NonNullable<ReturnType<typeof storedType>>).decode(numbers.buffer);
    },
  };
}

/** Returns the position of an element in the storage, from its index in the order of the shape. */
function placeOf(index: number, shape: readonly number[], strides: readonly number[], offset: number): number {
  let [rest, place] = [index, offset];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    place += (rest % size) * (strides[axis] as number);
    rest = Math.floor(rest / size);
  }
  return place;
}
