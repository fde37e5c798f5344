/** Keywords and reserved words of WGSL. */
const RESERVED =
  "NULL Self abstract active alias alignas alignof as asm asm_fragment async attribute auto await become bitcast bool " +
  "break case cast catch class co_await co_return co_yield coherent column_major common compile compile_fragment " +
  "concept const const_assert const_cast consteval constexpr constinit continue continuing crate debugger decltype " +
  "default delete demote demote_to_helper diagnostic discard do dynamic_cast else enable enum explicit export extends " +
  "extern external fallthrough false filter final finally fn for friend from fxgroup get goto groupshared highp if " +
  "impl implements import inline instanceof interface layout let loop lowp macro macro_rules match mediump meta mod " +
  "module move mut mutable namespace new nil noexcept noinline nointerpolation noperspective null nullptr of operator " +
  "override package packoffset partition pass patch pixelfragment precise precision premerge priv protected pub public " +
  "readonly ref regardless register reinterpret_cast require requires resource restrict return self set shared sizeof " +
  "smooth snorm static static_assert static_cast std struct subroutine super switch target template this thread_local " +
  "throw trait true try type typedef typeid typename typeof union unless unorm unsafe unsized use using var varying " +
  "virtual volatile wgsl where while with writeonly yield";

/** Types and functions of WGSL that modules use: a variable of the same name would hide them. */
const USED =
  "abs array atomic bool ceil cos exp f32 floor log max min pow round select sign sqrt u32 vec3u workgroupBarrier";

/** Returns names that are valid in WGSL and unique. */
export class Identifiers {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set([...RESERVED.split(" "), ...USED.split(" "), ...taken]);
  }

  claim(wanted: string): string {
    const valid = /^(__|_$)/.test(wanted) ? `x${wanted}` : wanted;
    let name = valid;
    for (let n = 2; this.#taken.has(name); n++) name = `${valid}_${n}`;
    this.#taken.add(name);
    return name;
  }

  /** Returns the names inside a function; they stay free outside. */
  inner(): Identifiers {
    return new Identifiers(this.#taken);
  }
}
