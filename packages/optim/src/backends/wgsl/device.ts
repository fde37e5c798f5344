import { type Expression, isHost, operands } from "../../rule/expression.ts";
import { SCALAR, type Shape } from "../../rule/shape.ts";

/**
 * Tells which numbers of the whole tensor only the device knows, because they come from a reduction of this step or
 * from a state that did. All others are computed on the host, in float64.
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

/** The states that are one number for the tensor and that only the device knows. */
export function statesOfDevice(outputs: ReadonlyMap<string, Expression>, shapes: ReadonlyMap<string, Shape>): string[] {
  const scalars = [...shapes].filter(([, shape]) => shape === SCALAR).map(([state]) => state);
  for (let found: string[] = []; ; ) {
    const isOfDevice = knownToDeviceOnly(found);
    const next = scalars.filter((state) => isOfDevice(outputs.get(state) as Expression));
    if (next.length === found.length) return found;
    found = next;
  }
}
