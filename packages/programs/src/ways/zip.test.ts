import { crc32, deflateRawSync } from "node:zlib";

import { expect, test } from "vitest";

import { readZipMember } from "./zip.ts";

/** A zip archive as `zip` writes it, with the directory at the end. */
const makeZip = (files: Readonly<Record<string, { readonly content: string; readonly store?: true }>>): Buffer => {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [name, { content, store }] of Object.entries(files)) {
    const raw = Buffer.from(content);
    const data = store ? raw : deflateRawSync(raw);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(store ? 0 : 8, 4);
    shared.writeUInt32LE(crc32(raw), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(raw.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), shared, Buffer.from(name), data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    entries.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), shared, tail, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
};

const zip = makeZip({ "a/first": { content: "one", store: true }, "b/second": { content: "two ".repeat(1000) } });

test("reads a stored and a deflated file", () => {
  expect(readZipMember(zip, "a/first").toString()).toBe("one");
  expect(readZipMember(zip, "b/second").toString()).toBe("two ".repeat(1000));
});

test("says what is wrong with an archive", () => {
  expect(() => readZipMember(zip, "c")).toThrow("the zip has no c");
  expect(() => readZipMember(Buffer.from("<html>"), "c")).toThrow("not a zip archive");
});
