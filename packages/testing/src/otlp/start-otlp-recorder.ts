import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

import { type Fields, bytesOf, hexOf, numberOf, readMessage, textOf } from "./read-message.ts";

export interface RecordedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Readonly<Record<string, string>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

/** Stands in for an OTLP collector: takes traces over OTLP/HTTP (protobuf) on loopback and only records them. */
export interface OtlpRecorder extends AsyncDisposable {
  /** Base URL, as EVENKEEL_OTLP_ENDPOINT wants it. */
  readonly endpoint: string;
  readonly spans: () => readonly RecordedSpan[];
}

const attributesOf = (fields: Fields, field: number): Readonly<Record<string, string>> =>
  Object.fromEntries(
    bytesOf(fields, field).map((pair) => {
      const attribute = readMessage(pair);
      const value = readMessage(bytesOf(attribute, 2)[0] ?? new Uint8Array());
      return [textOf(attribute, 1), value.has(1) ? textOf(value, 1) : String(numberOf(value, value.has(3) ? 3 : 2))];
    }),
  );

// Field numbers: opentelemetry-proto v1, collector/trace/v1 and trace/v1.
const spansOf = (body: Uint8Array): readonly RecordedSpan[] =>
  bytesOf(readMessage(body), 1).flatMap((resourceSpans) => {
    const group = readMessage(resourceSpans);
    const resource = readMessage(bytesOf(group, 1)[0] ?? new Uint8Array());
    const service = attributesOf(resource, 1)["service.name"] ?? "";
    return bytesOf(group, 2).flatMap((scope) =>
      bytesOf(readMessage(scope), 2).map((bytes) => {
        const span = readMessage(bytes);
        return {
          service,
          traceId: hexOf(span, 1),
          spanId: hexOf(span, 2),
          parentSpanId: hexOf(span, 4),
          name: textOf(span, 5),
          startNs: numberOf(span, 7),
          endNs: numberOf(span, 8),
          attributes: attributesOf(span, 9),
          links: bytesOf(span, 13).map((link) => {
            const fields = readMessage(link);
            return { traceId: hexOf(fields, 1), spanId: hexOf(fields, 2) };
          }),
        };
      }),
    );
  });

export const startOtlpRecorder = async (): Promise<OtlpRecorder> => {
  const spans: RecordedSpan[] = [];
  const server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      if (request.url === "/v1/traces") {
        spans.push(...spansOf(request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body));
      }
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
    });
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => spans,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
