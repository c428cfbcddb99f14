/**
 * Writes the protocol buffer field numbers of the types in the embedded cluster's type table, and samples of every kind in both
 * forms for the test. Needs Go; run after `main.ts`.
 */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

/** JSON names by number; a struct that JSON knows inlined has its own numbers. */
interface Numbers {
  readonly [number: string]: string | Numbers;
}

const source = new URL("../../packages/embedded-cluster/src/", import.meta.url);
const cwd = fileURLToPath(new URL("go", import.meta.url));
const env = { ...process.env, CGO_ENABLED: "0", GOWORK: "off" };
const options = { cwd, env, maxBuffer: 1 << 26 };
const runGo = async (program: string, input: string): Promise<string> => {
  const running = promisify(execFile)("go", ["run", "-mod=readonly", program], options);
  running.child.stdin?.end(input);
  return (await running).stdout;
};
const numbers = JSON.parse(await runGo("./protobuf", "")) as Readonly<Record<string, Numbers>>;

const table = JSON.parse(await readFile(new URL("schema/type-table.json", source), "utf8")) as {
  readonly kinds: readonly { readonly group: string; readonly version: string; readonly kind: string }[];
  readonly types: Readonly<Record<string, { readonly kind: string }>>;
};
// `…ObjectReference#granular` is the same struct, merged in another way.
const structs = Object.keys(table.types).filter((name) => table.types[name]?.kind === "struct");
const names = new Set(structs.map((name) => name.replace(/#.*/, "")));
const rows = [...names].toSorted().map((name) => {
  const fields = numbers[name];
  if (fields === undefined) throw new Error(`${name}: unknown to Go`);
  return `  ${JSON.stringify(name)}: ${JSON.stringify(fields)}`;
});
await writeFile(new URL("protobuf/field-numbers.json", source), `{\n${rows.join(",\n")}\n}\n`);

const kinds = table.kinds.map(({ group, kind, version }) => `${group === "" ? "" : `${group}/`}${version}/${kind}`);
const bodies = ["apps/v1/DeleteOptions", "autoscaling/v1/Scale", "policy/v1/Eviction"];
const wanted = Object.fromEntries([...kinds, ...bodies].map((kind) => [kind, true]));
const samples = await runGo("./samples", JSON.stringify(wanted));
await writeFile(new URL("protobuf/testdata/samples.jsonl.gz", source), gzipSync(samples, { level: 9 }));
console.log(`field numbers of ${rows.length} types written`);
