import type { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";

/** Values for the placeholders of a subject template, by field path. */
export type Tokens = Readonly<Record<string, string>>;

/** How one fact travels: generated from the options beside its message. */
export interface Flow<T> {
  /** Full message name, sent as header Ek-Type. */
  readonly type: string;
  /** JetStream stream; empty for core NATS. */
  readonly stream: string;
  /** Subject below `ek.v1.`; `{p}` and `{s}` are computed from the tokens and the topology. */
  readonly template: string;
  /** The one service that may publish it; `*` for any, empty for the server. */
  readonly publisher: string;
  /** The services that act on it or tell of it; none where its subject names the service. */
  readonly readers: readonly string[];
  readonly codec: {
    encode(message: T, writer?: BinaryWriter): BinaryWriter;
    decode(input: BinaryReader | Uint8Array, length?: number): T;
  };
  readonly tokens: (message: T) => Tokens;
  /** Deterministic message id: the stream drops a repeat. Empty for core NATS. */
  readonly messageId: (message: T) => string;
}

/** A field as text of a subject token or message id; an absent one is empty. */
export const text = (value: string | number | bigint | Date | undefined): string =>
  value === undefined ? "" : value instanceof Date ? String(value.getTime()) : String(value);
