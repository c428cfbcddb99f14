/** Writes the columns that a real kube-apiserver shows of each kind of the embedded cluster's type table; run after `main.ts`. */
import { readFile, writeFile } from "node:fs/promises";
import { Agent, request } from "node:https";

import { startControlPlane } from "@evenkeel/testing";

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly verbs: readonly string[];
}

const source = new URL("../../packages/embedded-cluster/src/", import.meta.url);
const { kinds } = JSON.parse(await readFile(new URL("schema/type-table.json", source), "utf8")) as {
  readonly kinds: readonly Kind[];
};

await using controlPlane = await startControlPlane();
const agent = new Agent({ ca: controlPlane.caPem });

const readTable = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${controlPlane.token}`,
      accept: "application/json;as=Table;v=v1;g=meta.k8s.io",
    };
    const call = request(`${controlPlane.server}${path}`, { agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    });
    call.on("error", reject);
    call.end();
  });

const rows: string[] = [];
for (const { group, plural, verbs, version } of kinds) {
  if (!verbs.includes("list")) continue;
  const path = group === "" ? `/api/${version}/${plural}` : `/apis/${group}/${version}/${plural}`;
  const { columnDefinitions } = JSON.parse(await readTable(path)) as { readonly columnDefinitions: readonly object[] };
  rows.push(`  ${JSON.stringify(`${group}/${version}/${plural}`)}: ${JSON.stringify(columnDefinitions)}`);
}
await writeFile(new URL("server/table/columns.json", source), `{\n${rows.join(",\n")}\n}\n`);
console.log(`columns of ${rows.length} kinds written`);
