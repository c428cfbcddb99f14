/** One thing that a client does to a server. Plain, so that a failing row can be read and repeated. */
export type Operation =
  | { readonly kind: "request"; readonly subject: string; readonly body?: unknown }
  | {
      readonly kind: "publish";
      readonly subject: string;
      readonly bytes: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "pull";
      readonly stream: string;
      readonly consumer: string;
      readonly ask: Readonly<Record<string, unknown>> & { readonly batch: number };
      /** Sent while the pull waits. */
      readonly meanwhile?: readonly Operation[];
    }
  | { readonly kind: "ack"; readonly reply: string; readonly words: string }
  | {
      readonly kind: "watch";
      readonly stream: string;
      readonly name: string;
      readonly config: Readonly<Record<string, unknown>>;
      readonly meanwhile?: readonly Operation[];
    }
  | { readonly kind: "direct"; readonly stream: string; readonly subject: string }
  | { readonly kind: "wait"; readonly ms: number };

/** What a table of counts names it: requests by what they ask. */
export const nameOf = (operation: Operation): string => {
  if (operation.kind !== "request") return operation.kind;
  const [, , family, kind, third] = operation.subject.split(".");
  return [family, kind, third === "GET" || third === "DELETE" ? third : ""]
    .filter((token) => (token ?? "") !== "")
    .join(".");
};
