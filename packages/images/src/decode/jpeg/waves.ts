/** Row and column of each coefficient, in zigzag order. */
const ZIGZAG: readonly (readonly [row: number, column: number])[] = Array.from({ length: 15 }, (_, sum) => {
  const diagonal = Array.from({ length: 8 }, (_, row) => [row, sum - row] as const);
  const inside = diagonal.filter(([, column]) => column >= 0 && column < 8);
  return sum % 2 === 0 ? inside.reverse() : inside;
}).flat();

/** The waves of a block's coefficients, sampled at a reduced size. */
export interface Waves {
  /** Samples of a block, vertically and horizontally: 1, 2, 4 or 8. */
  readonly rows: number;
  readonly columns: number;
  /** Number of coefficients that count, in zigzag order: those whose frequencies the samples can show. */
  readonly used: number;
  /** Samples of each wave, filled up to a multiple of four. */
  readonly size: number;
  /** [used, size], for a quantization table of ones. */
  readonly samples: Float64Array;
}

/** Factor of the first coefficient, whose wave is constant. */
export const MEAN_FACTOR = 1 / 8;

const known = new Map<number, Waves>();

/**
 * Returns the waves that add up to a block of 8x8 samples, at a reduced size: the inverse transform (T.81, A.3.3) for fewer
 * samples.
 */
export function wavesOf(rows: number, columns: number): Waves {
  const waves = known.get(16 * rows + columns) ?? sampleWaves(rows, columns);
  known.set(16 * rows + columns, waves);
  return waves;
}

function sampleWaves(rows: number, columns: number): Waves {
  const used = 1 + Math.max(...ZIGZAG.map(([row, column], k) => (row < rows && column < columns ? k : 0)));
  const size = 4 * Math.ceil((rows * columns) / 4);
  const samples = new Float64Array(used * size);
  for (let k = 0; k < used; k++) {
    const [v, u] = ZIGZAG[k] as readonly [number, number];
    if (v >= rows || u >= columns) continue;
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++) samples[k * size + y * columns + x] = wave(v, y, rows) * wave(u, x, columns);
  }
  return { rows, columns, used, size, samples };
}

/** Returns the value of a frequency's wave at a sample, of a transform to `size` samples. */
const wave = (frequency: number, at: number, size: number): number =>
  (frequency === 0 ? Math.SQRT1_2 / 2 : 0.5) * Math.cos(((2 * at + 1) * frequency * Math.PI) / (2 * size));
