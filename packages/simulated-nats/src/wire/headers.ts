const BEGIN = "NATS/1.0";

/** A header block as the protocol writes it. */
export const headerBlock = (
  status: string,
  fields: readonly (readonly [string, string | number])[] = [],
): Uint8Array => {
  let text = status === "" ? `${BEGIN}\r\n` : `${BEGIN} ${status}\r\n`;
  for (const [name, value] of fields) text += `${name}: ${value}\r\n`;
  return Buffer.from(`${text}\r\n`);
};

/** The block with more fields at its end. */
export const withFields = (
  block: Uint8Array | undefined,
  fields: readonly (readonly [string, string | number])[],
): Uint8Array => {
  if (block === undefined) return headerBlock("", fields);
  let text = "";
  for (const [name, value] of fields) text += `${name}: ${value}\r\n`;
  return Buffer.concat([block.subarray(0, -2), Buffer.from(`${text}\r\n`)]);
};

/** The values of those fields that a server looks at; the first of a name counts. */
export const fieldsOf = (block: Uint8Array): ReadonlyMap<string, string> => {
  const text = Buffer.from(block.buffer, block.byteOffset, block.length).toString("latin1");
  const fields = new Map<string, string>();
  for (let at = text.indexOf("\r\n") + 2; at > 1 && at < text.length;) {
    const end = text.indexOf("\r\n", at);
    if (end <= at) break;
    const colon = text.indexOf(":", at);
    if (colon > at && colon < end) {
      const name = text.slice(at, colon);
      if (!fields.has(name)) fields.set(name, text.slice(colon + 1, end).trim());
    }
    at = end + 2;
  }
  return fields;
};
