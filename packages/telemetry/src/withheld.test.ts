import { describe, expect, it } from "vitest";

import { logRecord } from "./log-record.ts";
import { recordingTelemetry } from "./recording.ts";
import { strikeValues } from "./strike-values.ts";
import { strike, withhold } from "./withheld.ts";

const secret = 'gl"p-7Zq/+ä&9\\x';
withhold(secret);
withhold(`deploy:${secret}`);

const utf8 = Buffer.from(secret);
const pair = Buffer.from(`deploy:${secret}`);
const everyByte = (by: (byte: number) => string): string => Array.from(utf8, by).join("");
const hex = (byte: number, width: number): string => byte.toString(16).padStart(width, "0");
const escaped = Array.from(secret, (one) => `\\u${hex(one.charCodeAt(0), 4)}`).join("");
const wrapped = (text: string, width: number, by: string): string =>
  (text.match(new RegExp(`.{1,${width}}`, "gu")) ?? []).join(by);

const forms: readonly (readonly [string, string])[] = [
  ["as it is", secret],
  ["in capitals", secret.toUpperCase()],
  ["percent-encoded", encodeURIComponent(secret)],
  ["percent-encoded in every byte", everyByte((byte) => `%${hex(byte, 2)}`)],
  ["percent-encoded twice", encodeURIComponent(encodeURIComponent(secret))],
  ["as a JSON string", JSON.stringify(secret)],
  ["as a JSON string in a JSON string", JSON.stringify(JSON.stringify(secret))],
  ["as \\u escapes", escaped],
  ["as \\x escapes", everyByte((byte) => `\\x${hex(byte, 2)}`)],
  ["as octal escapes", everyByte((byte) => `\\${byte.toString(8).padStart(3, "0")}`)],
  ["as HTML", secret.replaceAll("&", "&amp;").replaceAll('"', "&quot;")],
  ["as HTML numbers", Array.from(secret, (one) => `&#${one.charCodeAt(0)};`).join("")],
  ["in base64", utf8.toString("base64")],
  ["in base64 for URLs", utf8.toString("base64url")],
  ["in base64 with the user", pair.toString("base64")],
  ["in base64 with the user, percent-encoded", encodeURIComponent(pair.toString("base64"))],
  ["in base64 after one byte more", Buffer.concat([Buffer.from("x"), utf8]).toString("base64")],
  ["in base64 after two bytes more", Buffer.concat([Buffer.from("xy"), utf8]).toString("base64")],
  ["in base64 of base64", Buffer.from(pair.toString("base64")).toString("base64")],
  ["in base64, wrapped", wrapped(pair.toString("base64"), 9, "\r\n")],
  ["in hex", utf8.toString("hex")],
  ["in hex capitals", utf8.toString("hex").toUpperCase()],
  ["broken over lines", wrapped(secret, 4, "\n")],
  ["broken over git's foreign lines", wrapped(secret, 4, "\nremote: ")],
  ["broken by zero-width characters", wrapped(secret, 3, "\u200b")],
  ["broken by controls", wrapped(secret, 3, "\u0000\u001b")],
  ["percent-encoded, broken over lines", wrapped(encodeURIComponent(secret), 7, "\n\t")],
  ["cut by somebody else", secret.slice(0, -2)],
];

describe("a credential in force", () => {
  it.each(forms)("is struck %s", (_, form) => {
    const told = strike(`the host said: ${form}`);
    expect(told).toBe(`the host said: ${form.startsWith('"') ? told.slice(15) : "***"}`);
    for (const [, other] of forms) expect(told).not.toContain(other);
    for (let length = 6; length <= secret.length; length += 1) expect(told).not.toContain(secret.slice(0, length));
  });

  it.each(forms.slice(0, -1))("is struck %s with text around it", (_, form) => {
    const told = strike(`before ${form}, after`);
    expect(told).toMatch(/^before .*\*\*\*.*, after$/);
    expect(told.length).toBeLessThan(30);
  });

  it("is struck more than once", () => expect(strike(`${secret} ${secret}`)).toBe("*** ***"));

  it("is struck line by line where it is a key file", () => {
    const lines = ["b3BlbnNzaC1rZXktdjEAAAAABG5vbmU", "QyNTUxOQAAACBk0vQ7dUe2Wc1ZcG8p"];
    withhold(`-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join("\n")}\n-----END OPENSSH PRIVATE KEY-----\n`);
    for (const line of lines) expect(strike(`invalid format: ${line}`)).toBe("invalid format: ***");
    expect(strike("-----BEGIN OPENSSH PRIVATE KEY-----")).toBe("-----BEGIN OPENSSH PRIVATE KEY-----");
  });

  it.each([
    ["with an escape of its own, in HTML", "x9&k=/+%20:@~!", "x9&amp;k=/+%20:@~!"],
    ["with an escaped slash of its own, in HTML", 'pa$$ "w0rd" \\/ <é>', "pa$$ &quot;w0rd&quot; \\/ &lt;é&gt;"],
    ["of hex digits behind a \\u escape", "ghp_16C7e42F292c6912E77", "ghp_16C7e42F292c69\\u000012E77"],
    ["with a character of two units, in JSON", "pass😀word", "pass\\ud83d\\ude00word"],
    ["with a character of two units, in Go", "pass😀word", "pass\\U0001f600word"],
    [
      "percent-encoded, cut within an escape",
      'pa$$ "w0rd" \\/ <é>',
      "pa%24%24%20%2\\u00002w0rd%22%20%5C%2F%20%3C%C3%A9%3E",
    ],
  ])("is struck %s", (_what, credential, form) => {
    withhold(credential);
    expect(strike(`said: ${form}`)).toBe("said: ***");
  });

  it("leaves other text as it is", () => {
    const text = 'a "quoted" word, 100%25 of /path?x=1, dGVzdA== and \\u00e4';
    expect(strike(text)).toBe(text);
  });
});

describe("what leaves a process", () => {
  it("is struck in log fields, causes and stacks, before it is cut", () => {
    const error = new Error(`asked with ${secret}`, { cause: new Error(encodeURIComponent(secret)) });
    const long = `${"x".repeat(4090)}${secret}`;
    const record = logRecord({ error, [secret]: 1, list: [secret], long }, "error");
    expect(record["error.message"]).toBe("asked with ***: caused by ***");
    expect(record).toMatchObject({ "***": 1, list: '["***"]', long: `${"x".repeat(4090)}***` });
    expect(JSON.stringify(record)).not.toContain("gl");
  });

  it("is struck in spans", async () => {
    await using telemetry = recordingTelemetry();
    const work = telemetry.span("ask", { attributes: { url: `https://x/${secret}` } }, async (span) => {
      span.set({ more: [secret] });
      span.event(secret, { text: secret });
      throw new Error(secret);
    });
    await expect(work).rejects.toThrow();
    const [span] = telemetry.spans;
    expect(span?.attributes).toMatchObject({ url: "https://x/***", more: ["***"] });
    expect(span?.events).toMatchObject([{ name: "***", attributes: { text: "***" } }]);
    expect(span?.status.message).toBe("***");
  });

  it("is struck in every text of a value, which stays itself where there is none", () => {
    const bytes = new Uint8Array([1]);
    const clean = { a: ["b"], at: new Date(0), bytes };
    expect(strikeValues(clean)).toBe(clean);
    expect(strikeValues({ a: [{ b: secret }], bytes })).toEqual({ a: [{ b: "***" }], bytes });
    expect(strikeValues({ a: [{ b: secret, c: `said ${secret}` }] }, "prose")).toEqual({
      a: [{ b: secret, c: "said ***" }],
    });
  });
});
