/**
 * Inverse transform of a block of 8x8 coefficients to fewer samples, from its lowest frequencies alone: the picture at a
 * reduced size. It reads the coefficients, in zigzag order, and sets them to 0.
 */
export interface InverseTransform {
  /** Samples of a block, vertically and horizontally: 1, 2, 4 or 8. */
  readonly rows: number;
  readonly columns: number;
  /** Number of coefficients that count, in zigzag order. */
  readonly used: number;
  /** Factor of the first coefficient, which is the mean. */
  readonly meanFactor: number;
  /**
   * Writes the samples of a block.
   * @param mean the first coefficient times its factor
   */
  write(coefficients: Float64Array, mean: number, plane: Float64Array, at: number, stride: number): void;
}

/** Row and column of each coefficient, in zigzag order. */
const ZIGZAG: readonly (readonly [row: number, column: number])[] = Array.from({ length: 15 }, (_, sum) => {
  const diagonal = Array.from({ length: 8 }, (_, row) => [row, sum - row] as const);
  const inside = diagonal.filter(([, column]) => column >= 0 && column < 8);
  return sum % 2 === 0 ? inside.reverse() : inside;
}).flat();

/** Builds the transform for a quantization table, which is in zigzag order. */
export function inverseTransform(rows: number, columns: number, quantization: Uint16Array): InverseTransform {
  const used = 1 + Math.max(...ZIGZAG.map(([row, column], k) => (row < rows && column < columns ? k : 0)));
  const meanFactor = (quantization[0] as number) / 8;
  const build = rows === 2 && columns === 2 ? twoByTwo : rows === 4 && columns === 4 ? fourByFour : ofAnySize;
  return { rows, columns, used, meanFactor, write: build(rows, columns, quantization, used) };
}

type Build = (rows: number, columns: number, quantization: Uint16Array, used: number) => InverseTransform["write"];

/** Amplitude of a frequency's wave. */
const amplitude = (frequency: number): number => (frequency === 0 ? Math.SQRT1_2 / 2 : 0.5);

/** Value of a frequency's wave at a sample, of a transform to `size` samples. */
const wave = (frequency: number, at: number, size: number): number =>
  amplitude(frequency) * Math.cos(((2 * at + 1) * frequency * Math.PI) / (2 * size));

const twoByTwo: Build = (_, __, quantization) => {
  const diagonal = wave(1, 0, 2) ** 2;
  const edge = wave(1, 0, 2) * wave(0, 0, 2);
  const [right, down, both] = [1, 2, 4].map((k) => (quantization[k] as number) * (k === 4 ? diagonal : edge)) as [
    number,
    number,
    number,
  ];
  return (coefficients, mean, plane, at, stride) => {
    const a = right * (coefficients[1] as number);
    const b = down * (coefficients[2] as number);
    const c = both * (coefficients[4] as number);
    plane[at] = mean + a + b + c;
    plane[at + 1] = mean - a + b - c;
    plane[at + stride] = mean + a - b - c;
    plane[at + stride + 1] = mean - a - b + c;
    coefficients[1] = coefficients[2] = coefficients[3] = coefficients[4] = 0;
  };
};

const [COS_1, COS_3] = [Math.cos(Math.PI / 8), Math.cos((3 * Math.PI) / 8)];

/** Indices, in zigzag order, of the coefficients of four rows and columns. */
const FOUR_BY_FOUR = Array.from({ length: 16 }, (_, i) =>
  ZIGZAG.findIndex(([row, column]) => row === i >> 2 && column === (i & 3)),
);

const fourByFour: Build = (_, __, quantization, used) => {
  // The waves of frequency 2 are constant but for the sign.
  const share = (frequency: number): number => amplitude(frequency) * (frequency === 2 ? Math.SQRT1_2 : 1);
  const factors = Float64Array.from(FOUR_BY_FOUR, (k, i) => (quantization[k] as number) * share(i >> 2) * share(i & 3));
  const indices = Int32Array.from(FOUR_BY_FOUR);
  const half = new Float64Array(16);
  return (coefficients, mean, plane, at, stride) => {
    coefficients[0] = mean / (factors[0] as number);
    for (let column = 0; column < 4; column++) {
      const a = (factors[column] as number) * (coefficients[indices[column] as number] as number);
      const b = (factors[4 + column] as number) * (coefficients[indices[4 + column] as number] as number);
      const c = (factors[8 + column] as number) * (coefficients[indices[8 + column] as number] as number);
      const d = (factors[12 + column] as number) * (coefficients[indices[12 + column] as number] as number);
      const outer = COS_1 * b + COS_3 * d;
      const inner = COS_3 * b - COS_1 * d;
      half[column] = a + c + outer;
      half[4 + column] = a - c + inner;
      half[8 + column] = a - c - inner;
      half[12 + column] = a + c - outer;
    }
    for (let row = 0, to = at; row < 16; row += 4, to += stride) {
      const [a, c] = [half[row] as number, half[row + 2] as number];
      const [b, d] = [half[row + 1] as number, half[row + 3] as number];
      const outer = COS_1 * b + COS_3 * d;
      const inner = COS_3 * b - COS_1 * d;
      plane[to] = a + c + outer;
      plane[to + 1] = a - c + inner;
      plane[to + 2] = a - c - inner;
      plane[to + 3] = a + c - outer;
    }
    coefficients.fill(0, 0, used);
  };
};

/** Sums the waves of all coefficients that are not 0. */
const ofAnySize: Build = (rows, columns, quantization, used) => {
  const size = rows * columns;
  const basis = new Float64Array(used * size);
  for (let k = 1; k < used; k++) {
    const [v, u] = ZIGZAG[k] as readonly [number, number];
    if (v >= rows || u >= columns) continue;
    for (let i = 0; i < size; i++) {
      const [y, x] = [Math.floor(i / columns), i % columns];
      basis[k * size + i] = (quantization[k] as number) * wave(v, y, rows) * wave(u, x, columns);
    }
  }
  return (coefficients, mean, plane, at, stride) => {
    for (let y = 0; y < rows; y++) plane.fill(mean, at + y * stride, at + y * stride + columns);
    for (let k = 1; k < used; k++) {
      const value = coefficients[k] as number;
      if (value === 0) continue;
      coefficients[k] = 0;
      for (let y = 0, from = k * size; y < rows; y++)
        for (let x = 0; x < columns; x++, from++)
          plane[at + y * stride + x] = (plane[at + y * stride + x] as number) + value * (basis[from] as number);
    }
  };
};
