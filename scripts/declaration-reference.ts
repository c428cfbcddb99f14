// `npm run reference`: writes the reference of declarations, and the JSON Schema that editors check them by.
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { declarationReference, editorSchema } from "@evenkeel/declarations";

const docs = join(dirname(import.meta.dirname), "docs");
await writeFile(join(docs, "declarations.md"), declarationReference());
await writeFile(join(docs, "declarations.schema.json"), `${JSON.stringify(editorSchema(), null, 2)}\n`);
