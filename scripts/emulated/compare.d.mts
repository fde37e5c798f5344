/** Output of the cases on a processor. */
interface Output {
  readonly results: readonly { readonly name: string; readonly form: string; readonly values: string }[];
  readonly problems: readonly string[];
}

export function compare(reference: Output, found: Output): string[];
