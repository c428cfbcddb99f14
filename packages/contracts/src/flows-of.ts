import type { Flow, Tokens } from "./flow.ts";
import { flows } from "./gen/flows.ts";
import { encodeToken, SUBJECT_ROOT } from "./subject.ts";

type AnyFlow = (typeof flows)[keyof typeof flows];

/** What a view has to know of a flow. */
export type ViewedFlow = Pick<Flow<unknown>, "type" | "stream" | "template" | "codec">;

export type FactOf<F extends ViewedFlow> = ReturnType<F["codec"]["decode"]>;

/** Every flow of one stream. */
export const flowsOf = <S extends AnyFlow["stream"]>(stream: S): readonly Extract<AnyFlow, { readonly stream: S }>[] =>
  Object.values(flows).filter((flow): flow is Extract<AnyFlow, { readonly stream: S }> => flow.stream === stream);

const filterOf = (template: string, tokens: Tokens): readonly string[] =>
  template
    .replace(/\{([^}]+)\}/g, (_all, name: string) => (name in tokens ? encodeToken(tokens[name] ?? "") : "*"))
    .split(".");

const widened = (a: readonly string[], b: readonly string[]): readonly string[] => {
  const at = a.findIndex((token, n) => token !== b[n]);
  const same = at < 0 ? a.length : at;
  if (same === a.length && same === b.length) return a;
  // `>` stands for one token or more: where one ends, its last one is left open.
  return [...a.slice(0, Math.min(same, a.length - 1, b.length - 1)), ">"];
};

/** The subjects of some flows of one stream; `tokens` (`p` and `s` among them) are given, everything else is open. */
export const subjectFilter = (templates: readonly string[], tokens: Tokens): string =>
  SUBJECT_ROOT +
  templates
    .map((each) => filterOf(each, tokens))
    .reduce(widened)
    .join(".");
