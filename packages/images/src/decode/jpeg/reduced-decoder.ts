import type { Frame } from "./frame.ts";
import { HuffmanTables } from "./huffman-tables.ts";
import { growTo, type Kernels, loadKernels } from "./kernels.ts";
import { type PlannedComponent, planFrame } from "./plan.ts";
import type { Resampling } from "./resample.ts";
import { MEAN_FACTOR } from "./waves.ts";

/** Bytes of a component's record in the memory: 16 fields. */
const RECORD = 64;

/** Bytes before and after the bits of a scan, and bytes after a file, that the kernels read or write. */
const MARGIN = 512;

/** A component with the addresses of its data. */
interface PlacedComponent extends PlannedComponent {
  readonly wavesAt: number;
  readonly plane: number;
  readonly rowsAt: ResamplingAddresses;
  readonly columnsAt: ResamplingAddresses;
  readonly resized: number;
}

interface ResamplingAddresses {
  readonly starts: number;
  readonly weights: number;
}

/** The plan of a frame in the memory. */
interface Layout {
  /** The sizes that the plan depends on. */
  readonly key: string;
  readonly unitsAcross: number;
  readonly unitsDown: number;
  readonly components: readonly PlacedComponent[];
  readonly records: number;
  readonly narrowed: number;
  readonly pixels: number;
  /** The first byte after the plan. */
  readonly end: number;
}

/** Decodes JPEG files at a reduced size. The plan of a file is kept for the next one, which often has the same size. */
export class ReducedDecoder {
  readonly #kernels: Kernels = loadKernels();
  readonly #tables = new HuffmanTables(this.#kernels, align(this.#kernels.firstFree()));
  #layout: Layout | null = null;

  /** The size of the memory. */
  get bytes(): number {
    return this.#kernels.memory.buffer.byteLength;
  }

  constructor() {
    growTo(this.#kernels.memory, this.#tables.end);
  }

  /** Decodes a file to a size. @returns bytes [3, height, width]; null if it is damaged */
  decode(bytes: Uint8Array, frame: Frame, height: number, width: number): Uint8Array | null {
    const layout = this.#layoutFor(frame, height, width);
    const isRead = this.#writeRecords(layout, frame) && this.#readScan(layout, bytes, frame);
    return isRead ? this.#resize(layout, height, width) : null;
  }

  #layoutFor(frame: Frame, height: number, width: number): Layout {
    const sampling = frame.components.map(({ across, down }) => `${across}x${down}`);
    const key = [frame.width, frame.height, sampling, height, width].join();
    if (this.#layout?.key !== key) this.#layout = this.#newLayout(key, frame, height, width);
    return this.#layout;
  }

  #newLayout(key: string, frame: Frame, height: number, width: number): Layout {
    let end = align(this.#tables.end);
    const reserve = (count: number): number => {
      const at = end;
      end = align(end + 4 * count);
      return at;
    };
    const reserveFor = ({ starts, weights }: Resampling): ResamplingAddresses => ({
      starts: reserve(starts.length),
      weights: reserve(weights.length),
    });
    const plan = planFrame(frame, height, width);
    const records = reserve((RECORD / 4) * plan.components.length);
    // The kernels compute up to three columns more than there are. Coefficients that do not count have a wave of zeros.
    const components = plan.components.map((component) => ({
      ...component,
      wavesAt: reserve(component.waves.samples.length + component.waves.size),
      plane: reserve(component.lines * component.stride + 4),
      rowsAt: reserveFor(component.ofRows),
      columnsAt: reserveFor(component.ofColumns),
      resized: reserve((height + 3) * width),
    }));
    const columns = Math.max(...components.map(({ ofRows }) => ofRows.end - ofRows.first));
    const narrowed = reserve((columns + 3) * height + 4);
    const pixels = reserve(3 * (height + 3) * width);
    growTo(this.#kernels.memory, end);
    const { buffer } = this.#kernels.memory;
    const store = ({ starts, weights }: Resampling, at: ResamplingAddresses): void => {
      new Int32Array(buffer, at.starts).set(starts);
      new Float32Array(buffer, at.weights).set(weights);
    };
    for (const { ofRows, rowsAt, ofColumns, columnsAt } of components) {
      store(ofRows, rowsAt);
      store(ofColumns, columnsAt);
    }
    return { ...plan, key, components, records, narrowed, pixels, end };
  }

  /** Writes what the decoding of the scan depends on. @returns false if a Huffman code is damaged */
  #writeRecords({ components, records }: Layout, frame: Frame): boolean {
    const { buffer } = this.#kernels.memory;
    for (const [i, { waves, wavesAt, plane, stride, needed }] of components.entries()) {
      const { across, down, dc, ac, quantization } = frame.components[i] as Frame["components"][number];
      const tables = [this.#tables.tableOf(dc, i, false), this.#tables.tableOf(ac, i, true)];
      if (tables.includes(null)) return false;
      const { rows, columns, used, size, samples } = waves;
      const { left, right, top, bottom } = needed;
      const record = new Int32Array(buffer, records + RECORD * i, RECORD / 4);
      record.set([across, down, ...(tables as number[]), rows, columns, 0, used, wavesAt, plane, stride]);
      record.set([left, right, top, bottom, 0], 11);
      new Float32Array(buffer, record.byteOffset)[6] = (quantization[0] as number) * MEAN_FACTOR;
      const scaled = new Float32Array(buffer, wavesAt, (used + 1) * size);
      scaled.fill(0, used * size);
      for (let k = 0; k < used; k++) {
        const step = quantization[k] as number;
        for (let at = k * size; at < (k + 1) * size; at++) scaled[at] = step * (samples[at] as number);
      }
    }
    return true;
  }

  /** Decodes the scan to the planes of the components. @returns false if it is damaged */
  #readScan(layout: Layout, bytes: Uint8Array, { restartInterval, start }: Frame): boolean {
    const { components, unitsAcross, unitsDown, records } = layout;
    const parts = restartInterval === 0 ? 1 : Math.ceil((unitsAcross * unitsDown) / restartInterval);
    const length = bytes.length - start;
    const starts = layout.end;
    const bits = align(starts + 4 * parts + length + MARGIN);
    growTo(this.#kernels.memory, bits + length + MARGIN);
    new Uint8Array(this.#kernels.memory.buffer).set(bytes.subarray(start), bits);
    if (this.#kernels.readBits(bits, bits + length, bits, starts, parts) !== parts) return false;
    return this.#kernels.decodeScan(records, components.length, unitsAcross, unitsDown, restartInterval, starts) !== 0;
  }

  #resize({ components, narrowed, pixels }: Layout, height: number, width: number): Uint8Array {
    for (const { plane, stride, ofRows, rowsAt, ofColumns, columnsAt, resized } of components) {
      const origin = plane + 4 * (ofColumns.first * stride + ofRows.first);
      const columns = ofRows.end - ofRows.first;
      const { starts, weights } = columnsAt;
      this.#kernels.resample(origin, stride, columns, starts, weights, ofColumns.taps, height, narrowed);
      this.#kernels.resample(narrowed, height, height, rowsAt.starts, rowsAt.weights, ofRows.taps, width, resized);
    }
    const count = height * width;
    const filled = 4 * Math.ceil(count / 4);
    const [y, cb, cr] = components;
    if (y && cb && cr) this.#kernels.toRgb(y.resized, cb.resized, cr.resized, filled, pixels);
    else if (y) this.#kernels.toBytes(y.resized, filled, pixels);
    const rgb = new Uint8Array(3 * count);
    for (let c = 0; c < 3; c++) {
      const from = pixels + (cb ? c * filled : 0);
      rgb.set(new Uint8Array(this.#kernels.memory.buffer, from, count), c * count);
    }
    return rgb;
  }
}

/** Returns the next address at which vectors lie well. */
const align = (address: number): number => 16 * Math.ceil(address / 16);
