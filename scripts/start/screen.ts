import { styleText } from "node:util";

/** What `npm start` says to a person, on stderr; quiet, one line a thing. Colour only on a terminal. */
export interface Screen {
  heading(text: string): void;
  say(text: string): void;
  /** Begins a line of progress; the returned function ends it with a tick and the time taken. */
  begin(text: string): (result?: string) => void;
  ok(text: string): void;
  bad(text: string): void;
}

export const createScreen = (out: NodeJS.WriteStream = process.stderr): Screen => {
  const paint = (format: "bold" | "green" | "red" | "dim", text: string): string =>
    out.isTTY && process.env["NO_COLOR"] === undefined ? styleText(format, text, { stream: out }) : text;
  const line = (text: string): void => void out.write(`${text}\n`);
  return {
    heading: (text) => line(`\n${paint("bold", text)}`),
    say: (text) => line(`  ${text}`),
    begin: (text) => {
      const from = performance.now();
      if (out.isTTY) out.write(`  ${paint("dim", "…")} ${text}`);
      return (result) => {
        const took = paint("dim", `${((performance.now() - from) / 1000).toFixed(2)} s`);
        if (out.isTTY) out.write("\r\u001b[K");
        line(`  ${paint("green", "✓")} ${result ?? text}  ${took}`);
      };
    },
    ok: (text) => line(`  ${paint("green", "✓")} ${text}`),
    bad: (text) => line(`  ${paint("red", "✗")} ${text}`),
  };
};
