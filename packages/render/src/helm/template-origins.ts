import type { ObjectOrigin } from "@evenkeel/resource";

/** The template of each object, by the `# Source:` comments of helm's output; `chart/x` is `path/x` in the repository. */
export const templateOrigins = (output: Uint8Array, path: string): ((origin: ObjectOrigin) => ObjectOrigin) => {
  const sources: { readonly line: number; readonly file: string }[] = [];
  for (const [index, line] of Buffer.from(output).toString("utf8").split("\n").entries()) {
    const found = /^# Source: [^/\s]+\/(.+)$/.exec(line);
    if (found?.[1] !== undefined)
      sources.push({ line: index + 1, file: path === "." ? found[1] : `${path}/${found[1]}` });
  }
  return (origin) => {
    const source = sources.findLast(({ line }) => line <= origin.line);
    return source === undefined ? { ...origin, file: path } : { ...origin, file: source.file, line: 1 };
  };
};
