/** Scalars of YAML in one style, each time the same for a seed. */
export const STYLES = [
  "|",
  "|-",
  "|+",
  "|2",
  "|1-",
  ">",
  ">-",
  ">+",
  ">2",
  "plain",
  "single",
  "double",
  "escaped",
  "flow",
] as const;
export type Style = (typeof STYLES)[number];

/** Lines at which readers and writers of YAML stumble. */
const LINES = [
  "a",
  "b c",
  "x: y",
  "- z",
  "#n",
  "# n",
  " lead",
  "   more",
  "\tt",
  " \tt",
  "tail ",
  "tail\t",
  "",
  "",
  "é😀",
  "'q'",
  '"d"',
  "0644",
  "yes",
  "~",
  "{a}",
  "[b]",
  "|",
  "> x",
  "& a",
  "*b",
  "%c",
  "@d",
  "`e",
  "!f",
  "---",
  "...",
  "a\\",
  "a  b",
  "a:b",
  "a #c",
  "end:",
  "?",
  "? x",
  "-",
  "\u00a0nb",
  "{{ x }}",
  "$(V)",
  "e\u200bf",
  "${x}",
  "1e3",
  "2026-01-01",
  "=",
  "<<",
];
const ATOMS = ["a", "b c", "'x y'", "1", "true", "~", '"q"', "null", "1.5", "0x1F", "'~'"];
const INDENT = "      ";

/** A generator of whole numbers below its argument (a linear congruence: chance, but the same in every run). */
const numbers = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % below;
  };
};

/** Text to stand behind `key: ` four spaces deep. */
export const randomScalars = (style: Style, seed: number, count: number): readonly string[] => {
  const below = numbers(seed);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const flow = (depth: number): string => {
    const kind = below(depth > 2 ? 2 : 6);
    if (kind < 2) return pick(ATOMS);
    const items = Array.from({ length: below(3) }, () => flow(depth + 1));
    if (kind < 4) return `[${items.join(", ")}]`;
    return `{${items.map((item, at) => `k${at}${below(3) === 0 ? "" : `: ${item}`}`).join(", ")}}`;
  };
  const lines = (): readonly string[] => Array.from({ length: 1 + below(4) }, () => pick(LINES));
  const block = (): string => {
    const own = /\d/.exec(style)?.[0];
    const indent = own === undefined ? INDENT : " ".repeat(4 + Number(own));
    return `${style}\n${lines()
      .map((line) => (line === "" && below(2) === 0 ? "" : `${indent}${line}`))
      .join("\n")}${"\n".repeat(below(3))}`;
  };
  const folded = (): string => lines().join(`\n${INDENT}`);
  const flowStyles: Partial<Record<Style, () => string>> = {
    plain: folded,
    single: () => `'${folded().replaceAll("'", "''")}'`,
    double: () => `"${folded().replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`,
    escaped: () => JSON.stringify(lines().join("\n")),
    flow: () => flow(0),
  };
  const make = flowStyles[style] ?? block;
  return Array.from({ length: count }, make);
};
