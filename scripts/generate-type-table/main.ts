/**
 * Writes the type table of the embedded cluster: what a real kube-apiserver tells of its built-in kinds (OpenAPI v3,
 * discovery), and what only the Go types tell. Needs Go; run again when the server's version changes.
 */
import { writeFile } from "node:fs/promises";

import { startControlPlane } from "@evenkeel/testing";

import { askServer, readDiscovery, readSchemas } from "./ask-server.ts";
import { chosenBodies } from "./chosen-kinds.ts";
import { readGoTypes } from "./go-types.ts";
import { makeKinds } from "./make-kinds.ts";
import { makeTypes } from "./make-types.ts";

const target = new URL("../../packages/embedded-cluster/src/schema/type-table.json", import.meta.url);

const goTypes = await readGoTypes();
await using controlPlane = await startControlPlane();
const ask = askServer(controlPlane);
const kinds = await makeKinds(await readDiscovery(ask), goTypes.kinds, ask);
const roots = [...kinds.map(({ type }) => type), ...chosenBodies];
const types = makeTypes(roots, await readSchemas(ask), goTypes);

const lines = (rows: readonly string[]): string => rows.map((row) => `    ${row}`).join(",\n");
const text = `{
  "server": ${JSON.stringify(`v${controlPlane.version}`)},
  "kinds": [
${lines(kinds.map((kind) => JSON.stringify(kind)))}
  ],
  "types": {
${lines([...types].map(([name, node]) => `${JSON.stringify(name)}: ${JSON.stringify(node)}`))}
  }
}
`;
await writeFile(target, text);
console.log(`${kinds.length} kinds and ${types.size} types of v${controlPlane.version} written`);
