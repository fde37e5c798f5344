import type { Component, Frame } from "./frame.ts";
import { type Line, planResampling, type Resampling } from "./resample.ts";
import { type Waves, wavesOf } from "./waves.ts";

/**
 * Least share of the size at which the color differences are decoded. Most JPEG files have half of them. On photographs this
 * changes a pixel by 0.1 levels on average, and saves a quarter of the time.
 */
const LEAST_COLOR = 0.7;

/** The decoding of a frame's components at a reduced size. It depends on the frame's sizes alone. */
export interface Plan {
  /** Number of units of the scan (MCU), horizontally and vertically. */
  readonly unitsAcross: number;
  readonly unitsDown: number;
  readonly components: readonly PlannedComponent[];
}

/** A component whose blocks are decoded to a plane of samples, which is then resampled. */
export interface PlannedComponent {
  readonly waves: Waves;
  /** Samples of the plane, which has whole blocks: [lines, stride]. */
  readonly stride: number;
  readonly lines: number;
  /** Columns and rows of blocks that are needed; the others are skipped. */
  readonly needed: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly ofRows: Resampling;
  readonly ofColumns: Resampling;
}

/** Plans the decoding of a frame to cover a size with its proportions, the center cropped. */
export function planFrame(frame: Frame, height: number, width: number): Plan {
  const { across, down, unitsAcross, unitsDown } = unitsOf(frame);
  const scale = scaleOf(frame, height, width);
  const planComponent = (component: Component, index: number): PlannedComponent => {
    const least = 8 * scale * (index === 0 ? 1 : LEAST_COLOR);
    const columns = sizeFor((least * across) / component.across);
    const rows = sizeFor((least * down) / component.down);
    const lineOf = (full: number, share: number, count: number): Line => {
      const region = count / scale;
      return {
        length: Math.ceil(full * share),
        from: ((full - region) / 2) * share,
        to: ((full + region) / 2) * share,
      };
    };
    const ofRows = planResampling(lineOf(frame.width, (component.across * columns) / (8 * across), width), width);
    const ofColumns = planResampling(lineOf(frame.height, (component.down * rows) / (8 * down), height), height);
    return {
      waves: wavesOf(rows, columns),
      stride: unitsAcross * component.across * columns,
      lines: unitsDown * component.down * rows,
      needed: {
        left: Math.floor(ofRows.first / columns),
        right: Math.ceil(ofRows.end / columns),
        top: Math.floor(ofColumns.first / rows),
        bottom: Math.ceil(ofColumns.end / rows),
      },
      ofRows,
      ofColumns,
    };
  };
  return { unitsAcross, unitsDown, components: frame.components.map(planComponent) };
}

/** Bits that a block takes at least: two codes. */
const BITS_PER_BLOCK = 2;

/** True if a scan of some bytes can have as many blocks as a frame, so that damage is noticed before memory is allocated. */
export function canHold(bytes: number, frame: Frame): boolean {
  const { unitsAcross, unitsDown } = unitsOf(frame);
  const perUnit = frame.components.reduce((sum, { across, down }) => sum + across * down, 0);
  return BITS_PER_BLOCK * perUnit * unitsAcross * unitsDown <= 8 * bytes;
}

/** Returns the blocks of a unit of the scan (MCU), and the number of units. */
function unitsOf({
  width,
  height,
  components,
}: Frame): Record<"across" | "down" | "unitsAcross" | "unitsDown", number> {
  const across = Math.max(...components.map((component) => component.across));
  const down = Math.max(...components.map((component) => component.down));
  return {
    across,
    down,
    unitsAcross: Math.ceil(width / (8 * across)),
    unitsDown: Math.ceil(height / (8 * down)),
  };
}

/** Returns the factor by which a picture is resized to cover a size. */
export const scaleOf = (frame: Pick<Frame, "width" | "height">, height: number, width: number): number =>
  Math.max(width / frame.width, height / frame.height);

/** Returns the smallest size of a block's side that has at least the needed number of samples. */
export const sizeFor = (needed: number): number => [1, 2, 4].find((size) => size >= needed) ?? 8;
