/**
 * Tells which parts of a short text occur in long ones, in one pass over each: a suffix automaton of the short text, through
 * which the long ones are led. The work grows with the lengths, never with the number of parts times the length.
 */
export class TextIndex {
  /** Looks at the automaton so far. */
  steps = 0;
  readonly #next: Map<number, number>[] = [new Map()];
  readonly #link: number[] = [-1];
  readonly #length: number[] = [0];
  /** Longest match that ended in each state. */
  readonly #matched: number[] = [0];
  #isSettled = true;

  constructor(text: string) {
    let last = 0;
    for (let at = 0; at < text.length; at += 1) last = this.#extend(last, text.charCodeAt(at));
  }

  /** Leads one long text through; matches do not go over its ends. */
  feed(text: string): void {
    this.#isSettled = false;
    let state = 0;
    let length = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      let next = this.#step(state, code);
      while (next === undefined && state !== 0) {
        state = this.#link[state] ?? 0;
        length = this.#length[state] ?? 0;
        next = this.#step(state, code);
      }
      if (next === undefined) continue;
      state = next;
      length += 1;
      if (length > (this.#matched[state] ?? 0)) this.#matched[state] = length;
    }
  }

  /** Whether this part of the short text occurred in a long one. */
  has(part: string): boolean {
    this.#settle();
    const state = this.#stateOf(part);
    return state !== undefined && (this.#matched[state] ?? 0) >= part.length;
  }

  /** Whether the short text holds this. */
  holds(text: string): boolean {
    return this.#stateOf(text) !== undefined;
  }

  #stateOf(text: string): number | undefined {
    let state: number | undefined = 0;
    for (let at = 0; at < text.length && state !== undefined; at += 1) state = this.#step(state, text.charCodeAt(at));
    return state;
  }

  #step(state: number, code: number): number | undefined {
    this.steps += 1;
    return this.#next[state]?.get(code);
  }

  #extend(last: number, code: number): number {
    const made = this.#add((this.#length[last] ?? 0) + 1);
    let at = last;
    let next = this.#step(at, code);
    while (next === undefined) {
      this.#next[at]?.set(code, made);
      const up = this.#link[at] ?? -1;
      if (up < 0) break;
      at = up;
      next = this.#step(at, code);
    }
    if (next === undefined) this.#link[made] = 0;
    else this.#link[made] = this.#isDirect(at, next) ? next : this.#clone(at, next, code);
    return made;
  }

  #isDirect(state: number, next: number): boolean {
    return (this.#length[state] ?? 0) + 1 === this.#length[next];
  }

  /** A state of its own for the shorter half of what `of` stands for. */
  #clone(from: number, of: number, code: number): number {
    const made = this.#add((this.#length[from] ?? 0) + 1, this.#next[of]);
    this.#link[made] = this.#link[of] ?? 0;
    this.#link[of] = made;
    for (let at = from; at >= 0 && this.#step(at, code) === of; at = this.#link[at] ?? -1)
      this.#next[at]?.set(code, made);
    return made;
  }

  #add(length: number, next?: ReadonlyMap<number, number>): number {
    this.#next.push(new Map(next));
    this.#link.push(0);
    this.#matched.push(0);
    return this.#length.push(length) - 1;
  }

  /** What ends in a state also ends in all that it links to. */
  #settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    const longestFirst = this.#length
      .map((_, state) => state)
      .sort((a, b) => (this.#length[b] ?? 0) - (this.#length[a] ?? 0));
    for (const state of longestFirst) {
      const link = this.#link[state] ?? -1;
      if (link > 0 && (this.#matched[state] ?? 0) > 0) this.#matched[link] = this.#length[link] ?? 0;
    }
  }
}
