/** Fields of a node that contain other nodes. */
interface Fields<Node> {
  readonly condition?: Node;
  readonly yes?: Node;
  readonly no?: Node;
  readonly a?: Node;
  readonly b?: Node;
  readonly arguments?: readonly Node[];
}

/** Returns the nodes within a node of a parsed text or of an expression, in their order. */
export function children<Node extends object>(node: Node): Node[] {
  const { condition, yes, no, a, b, arguments: others = [] } = node as Fields<Node>;
  return [condition, yes, no, a, b, ...others].filter((child) => child !== undefined);
}
