const isPlain = (text: string): boolean =>
  /^[A-Za-z_][A-Za-z0-9_./@-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);

const scalar = (value: unknown): string =>
  typeof value === "string" && isPlain(value) ? value : JSON.stringify(value);

const isLeaf = (value: unknown): boolean =>
  typeof value !== "object" || value === null || Object.keys(value).length === 0;

const lines = (value: unknown): readonly string[] => {
  if (isLeaf(value)) return [Array.isArray(value) ? "[]" : scalar(value)];
  if (Array.isArray(value)) {
    return value.flatMap((item) => lines(item).map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`)));
  }
  return Object.entries(value as object).flatMap(([key, item]) => {
    if (isLeaf(item)) return [`${scalar(key)}: ${lines(item)[0]}`];
    return [`${scalar(key)}:`, ...lines(item).map((line) => (Array.isArray(item) ? line : `  ${line}`))];
  });
};

/** A JSON value as YAML; every string that is not a plain word stays in JSON quotes, which YAML reads alike. */
export const toYaml = (value: unknown): string => `${lines(value).join("\n")}\n`;
