import { gzipSync } from "node:zlib";

const entry = (path: string, body: Buffer): Buffer => {
  const header = Buffer.alloc(512);
  header.write(path, 0);
  header.write(`${body.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write("0", 156);
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
};

/** For tests: a chart of this name as `helm package` would pack it. */
export const packedChart = (name: string, files: { readonly [path: string]: Buffer | string }): Buffer => {
  const all = { "Chart.yaml": `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`, ...files };
  const entries = Object.entries(all).map(([path, body]) => entry(`${name}/${path}`, Buffer.from(body)));
  return gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]), { level: 1 });
};
