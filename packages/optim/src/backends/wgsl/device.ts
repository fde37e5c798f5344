import { type Expression, isHost, operands } from "../../rule/expression.ts";
import { SCALAR, type Shape } from "../../rule/shape.ts";

/**
 * Returns a test for numbers of the whole tensor that only the device knows, because they depend on a reduction of this
 * step or on a state that does. The host computes all others in float64.
 */
export function knownToDeviceOnly(deviceStates: readonly string[]): (e: Expression) => boolean {
  const known = new Map<Expression, boolean>();
  const isOfDevice = (e: Expression): boolean => {
    if (!isHost(e)) return false;
    let answer = known.get(e);
    if (answer === undefined) {
      if (e.kind === "reduce") answer = true;
      else if (e.kind === "read") answer = deviceStates.includes(e.name);
      else answer = operands(e).some(isOfDevice);
      known.set(e, answer);
    }
    return answer;
  };
  return isOfDevice;
}

/** Returns the states that are one number for the tensor and known only to the device. */
export function statesOfDevice(outputs: ReadonlyMap<string, Expression>, shapes: ReadonlyMap<string, Shape>): string[] {
  const scalars = [...shapes].filter(([, shape]) => shape === SCALAR).map(([state]) => state);
  for (let found: string[] = []; ; ) {
    const isOfDevice = knownToDeviceOnly(found);
    const next = scalars.filter((state) => isOfDevice(outputs.get(state) as Expression));
    if (next.length === found.length) return found;
    found = next;
  }
}
