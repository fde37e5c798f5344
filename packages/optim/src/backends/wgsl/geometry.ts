import { numberAt } from "../../number-at.ts";
import { ELEMENT, lengths, type Shape, volume } from "../../rule/shape.ts";
import type { TensorFacts } from "../../rule/tensor.ts";
import type { Uniforms } from "./uniforms.ts";

const ALL = [0, 1, 2, 3] as const;
/** Names of the coordinates along the four axes. */
export const COORDINATES = ["atFirst", "atSecond", "atRow", "atColumn"] as const;

const product = (texts: readonly string[]): string => (texts.length === 0 ? "1u" : texts.join(" * "));
const divisor = (texts: readonly string[]): string => (texts.length > 1 ? `(${product(texts)})` : product(texts));

/** Lengths and indices of one tensor's values, as WGSL text. Axes beyond the tensor's rank are omitted. */
export class Geometry {
  constructor(
    private readonly facts: TensorFacts,
    private readonly uniforms: Uniforms,
  ) {}

  /** Returns the number of elements of a shape, for the host. */
  count(shape: Shape): number {
    return volume(lengths(shape, this.facts.axes));
  }

  /** Returns the length of an axis, named by the letter of a shape. */
  length(letter: string): string {
    if (!this.#exists(letter)) return "1u";
    const length = numberAt(this.facts.axes, Number(letter));
    return this.uniforms.integer(`length${letter}`, length, `of axis ${letter} of four`);
  }

  #exists(letter: string): boolean {
    return letter !== "." && Number(letter) >= 4 - this.facts.rank;
  }

  /** Returns the number of elements of a shape. */
  volume(shape: Shape): string {
    if (shape === ELEMENT) return this.uniforms.integer("size", this.count(ELEMENT), "elements of the tensor");
    return product(this.axes(shape).map((axis) => this.length(shape[axis] as string)));
  }

  /** Returns the axes along which a shape runs. */
  axes(shape: Shape): readonly number[] {
    return ALL.filter((axis) => this.#exists(shape[axis] as string));
  }

  /** Returns the name of the coordinate along an axis. */
  coordinate(axis: number): string {
    return COORDINATES[axis] as string;
  }

  /**
   * Returns the index of the element at `position` of a space in an array of another shape; null if it requires
   * coordinates.
   */
  index(shape: Shape, space: Shape, position: string): string | null {
    const all = this.axes(space);
    const kept = all.filter((axis) => shape[axis] !== ".");
    const texts = (axes: readonly number[]): string[] => axes.map((axis) => this.length(space[axis] as string));
    if (kept.length === all.length) return position;
    if (kept.length === 0) return "0u";
    const [isOuter, isInner] = [all.slice(0, kept.length), all.slice(-kept.length)].map(
      (part) => part.join() === kept.join(),
    );
    if (isOuter) return `${position} / ${divisor(texts(all.slice(kept.length)))}`;
    return isInner ? `${position} % ${divisor(texts(kept))}` : null;
  }

  /** Returns the coordinate along one axis of the element at `position` of a space. */
  along(axis: number, space: Shape, position: string): string {
    const all = this.axes(space);
    const inner = all.filter((other) => other > axis).map((other) => this.length(space[other] as string));
    const quotient = inner.length === 0 ? position : `${position} / ${divisor(inner)}`;
    return axis === all[0] ? quotient : `${quotient} % ${this.length(space[axis] as string)}`;
  }

  /** Returns the index of the element at the named coordinates of a space in an array of a shape. */
  indexAt(shape: Shape, space: Shape): string {
    const [first, ...rest] = this.axes(space).filter((axis) => shape[axis] !== ".");
    if (first === undefined) return "0u";
    let text = this.coordinate(first);
    for (const [i, axis] of rest.entries()) {
      text = `${i > 0 ? `(${text})` : text} * ${this.length(space[axis] as string)} + ${this.coordinate(axis)}`;
    }
    return text;
  }
}
