import { describe, expect, it } from "vitest";

import type { Chart } from "./chart.ts";
import { scanTemplates } from "./scan-templates.ts";

const chart = (template: string): Chart => ({
  place: "app",
  name: "web",
  version: "1.0.0",
  definition: {},
  files: new Map([["templates/a.yaml", Buffer.from(template)]]),
  subcharts: [],
  packed: [],
});

/** Of 32 times the input: work that grows with it is 32 times as much, work that grows by its square 1,024 times. */
const HALF_WAY = 256;

/** The CPU time of the quickest of some scans, so that what else this process does counts little. */
const workOf = (template: string): number => {
  const one = chart(template);
  const times = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    scanTemplates(one, []);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.max(1, Math.min(...times));
};

describe("the scan of templates", () => {
  it.each([
    ["actions that nobody closes", "{{ .Values.a "],
    ["braces alone", "{{"],
    ["braces that close nothing", "}} "],
    ["comments that nobody closes", "{{/* "],
    ["words that begin as functions do", "{{ rand genrand gen randrandA"],
    ["letters in an action that nobody closes", "{{ gengengengengen"],
    ["blanks before a comment", `{{-${" ".repeat(40)}/`],
    ["quotes that nobody closes", '{{ "'],
    ["raw text", "{{ ` "],
    ["quotes at the end of each line", '{{ "\n'],
    ["escapes", '{{ "\\\\'],
    ["comments with quotes", "{{/* ' \" ` */}}"],
    ["names of members", "{{ .now.now.now.keys }}"],
  ])("does work that grows with its input: %s", (_title, piece) => {
    const sizes = [60_000, 1_920_000].map((bytes) => piece.repeat(Math.ceil(bytes / piece.length)));
    const [small = 1, large = 1] = sizes.map(workOf);
    expect(large / small).toBeLessThan(HALF_WAY);
  });

  it.each([
    ["one action of one letter", (n: number) => `{{ ${"g".repeat(n)} }}`],
    ["one action of blanks", (n: number) => `{{-${" ".repeat(n)}x }}`],
    ["one action of a word again and again", (n: number) => `{{ ${"randA".repeat(n / 5)} }}`],
    ["one action that begins functions", (n: number) => `{{ ${"gen".repeat(n / 3)}Cer }}`],
    ["one action of gen and CA", (n: number) => `{{ ${"genCA gen".repeat(n / 9)} }}`],
  ])("does work that grows with its input: %s", (_title, of) => {
    const [small = 1, large = 1] = [20_000, 640_000].map((n) => workOf(of(n)));
    expect(large / small).toBeLessThan(HALF_WAY);
  });

  it("still finds what differs in an action beside those", () => {
    expect(scanTemplates(chart(`}} {{ now }} {{ randAlpha 5 }} {{ tpl "x" . }} {{ .now `), [])).toEqual({
      random: ["randAlpha"],
      time: ["now"],
      dynamic: true,
    });
  });
});
