import { apiError, Refused } from "../jetstream/api-error.ts";
import { NotSimulated } from "../not-simulated.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** The JSON of a request, nothing for an empty one. Throws for a field that nobody here knows. */
export const readBody = (body: Uint8Array, known: readonly string[] | undefined): Fields => {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString();
  if (text === "") return {};
  const fields = parse(text);
  for (const key of Object.keys(fields))
    if (known !== undefined && !known.includes(key)) throw new NotSimulated(`the request field ${key}`);
  return fields;
};

const parse = (text: string): Fields => {
  try {
    return JSON.parse(text) as Fields;
  } catch (error) {
    throw new Refused(apiError.invalidJson((error as Error).message));
  }
};
