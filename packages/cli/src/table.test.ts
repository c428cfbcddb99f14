import { expect, it } from "vitest";

import { formatTable } from "./table.ts";

it.each(["constructor", "toString", "__proto__"])("a cell %s has no colour, and Synced has one", (word) => {
  const table = formatTable([{ title: "APP", cell: (row: string) => row }], [word, "Synced"], {
    headers: false,
    colour: true,
  });
  expect(table).toMatch(new RegExp(`^${word} *\\n\\u001b\\[32mSynced`));
});
