import { hash } from "node:crypto";

const utf8 = new TextEncoder();

/** SHA-256 as lower-case hex. */
export const sha256Hex = (bytes: Uint8Array): string => hash("sha256", bytes, "hex");

/** The text that Ek-Sig signs: a fact cannot be moved to another subject, type or installation. */
export const factText = (installation: string, subject: string, type: string, body: Uint8Array): Uint8Array =>
  utf8.encode(["ek.v1", installation, subject, type, sha256Hex(body)].join("\n"));

/** The text that signed statements inside facts are signed as; no fact's text begins like this. */
export const statementText = (installation: string, text: string): Uint8Array =>
  utf8.encode(["ek.statement.v1", installation, text].join("\n"));
