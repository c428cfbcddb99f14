/**
 * Writes the field order of the server's inner types, in which it prints some values: from the sources of the Kubernetes
 * version that the type table is of. Needs Go; run after `main.ts`.
 */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const workloads = new URL("../../packages/embedded-cluster/src/kinds/workloads/", import.meta.url);
const typeTable = new URL("../../packages/embedded-cluster/src/schema/type-table.json", import.meta.url);
const WIDTH = 120;

const go = async (...args: readonly string[]): Promise<string> => {
  const cwd = fileURLToPath(new URL("go", import.meta.url));
  const env = { ...process.env, CGO_ENABLED: "0", GOWORK: "off" };
  const { stdout } = await promisify(execFile)("go", args, { cwd, env, maxBuffer: 1 << 26 });
  return stdout;
};

/** The folder of a module's sources, downloaded where they are not there yet. */
const sourcesOf = async (module: string, version: string): Promise<string> => {
  const { Dir } = JSON.parse(await go("mod", "download", "-json", `${module}@${version}`)) as { readonly Dir: string };
  return Dir;
};

/** One type as the formatter leaves it: on one line if it fits. */
const typeLines = (name: string, fields: readonly string[], isLast: boolean): string => {
  const quoted = fields.map((field) => JSON.stringify(field));
  const end = isLast ? "" : ",";
  const line = `  ${JSON.stringify(name)}: [${quoted.join(", ")}]${end}`;
  if (line.length <= WIDTH) return line;
  return `  ${JSON.stringify(name)}: [\n${quoted.map((field) => `    ${field}`).join(",\n")}\n  ]${end}`;
};

const { server } = JSON.parse(await readFile(typeTable, "utf8")) as { readonly server: string };
const [kubernetes, api] = await Promise.all([
  sourcesOf("k8s.io/kubernetes", server),
  sourcesOf("k8s.io/api", server.replace(/^v1\./, "v0.")),
]);
const files = [join(kubernetes, "pkg/apis/core/types.go"), join(api, "core/v1/types.go")];
const printed = await go("run", "-mod=readonly", "./internalforms", ...files);
const forms = Object.entries(JSON.parse(printed) as Readonly<Record<string, readonly string[]>>);
const lines = forms.map(([name, fields], at) => typeLines(name, fields, at === forms.length - 1));
await writeFile(new URL("internal-forms.json", workloads), `{\n${lines.join("\n")}\n}\n`);
console.log(`${forms.length} inner types of ${server} written`);
