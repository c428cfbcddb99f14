import { Arbitrary, Stream, Value } from "fast-check";
import type { Random } from "fast-check";

import { chanceOf } from "./chance.ts";
import type { Chance } from "./chance.ts";

/** How values are made, and how one that fails is made smaller: each step as near to nothing as it can be first. */
export interface Maker<T> {
  readonly make: (chance: Chance) => T;
  readonly smaller: (value: T) => Iterable<T>;
}

class Made<T> extends Arbitrary<T> {
  readonly #maker: Maker<T>;
  constructor(maker: Maker<T>) {
    super();
    this.#maker = maker;
  }
  override generate(random: Random): Value<T> {
    return new Value(this.#maker.make(chanceOf(random.nextInt())), undefined);
  }
  override canShrinkWithoutContext(_value: unknown): _value is T {
    return true;
  }
  override shrink(value: T): Stream<Value<T>> {
    const { smaller } = this.#maker;
    const values = function* (): Generator<Value<T>> {
      for (const one of smaller(value)) yield new Value(one, undefined);
    };
    return new Stream(values());
  }
}

/** An arbitrary of fast-check by plain functions: combinators of grammars cost more than what they feed. */
export const made = <T>(maker: Maker<T>): Arbitrary<T> => new Made(maker);
