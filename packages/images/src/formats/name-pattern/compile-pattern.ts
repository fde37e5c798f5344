/**
 * Compiles the pattern of names. Groups may also be named as in Python: `(?P<label>...)`.
 * @throws SyntaxError for a text that is no regular expression, or has no group
 */
export function compilePattern(pattern: string): RegExp {
  const source = pattern.replaceAll("(?P<", "(?<");
  const expression = compile(source);
  if (new RegExp(`${expression.source}|`, expression.flags).exec("")?.length === 1) {
    throw new SyntaxError("It has no group.");
  }
  return expression;
}

/** Compiles an expression with Unicode classes, or else one with escapes such as `\-` that do not go with them. */
function compile(source: string): RegExp {
  try {
    return new RegExp(source, "u");
  } catch {
    return new RegExp(source);
  }
}
