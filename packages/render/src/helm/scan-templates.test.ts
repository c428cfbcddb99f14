import { describe, expect, it } from "vitest";

import type { Chart } from "./chart.ts";
import { scanTemplates } from "./scan-templates.ts";

const chart = (path: string, text: string): Chart => ({
  place: "app",
  name: "web",
  version: "1.0.0",
  definition: {},
  files: new Map([[path, Buffer.from(text)]]),
  subcharts: [],
  packed: [],
});
const found = (text: string, path = "templates/a.yaml"): readonly string[] => {
  const { random, time } = scanTemplates(chart(path, text), []);
  return [...random, ...time];
};

describe("what differs from run to run is found in a template", () => {
  it.each([
    ["behind braces in quotes", '{{ printf "}}%s" (now) }}'],
    ["behind braces in quotes with a quote", String.raw`{{ printf "\"}}%s" (now) }}`],
    ["behind braces in raw text", "{{ printf `}}%s` (now) }}"],
    ["behind braces in raw text of two lines", "{{ printf `}}\n\\`  (now) }}"],
    ["behind braces in quotes of one letter", "{{ printf `%c` '}' }}{{ print '}}' (now) }}"],
    ["behind a quote that nobody closes", '{{ print " }}\n{{ now }}'],
    ["behind raw text that nobody closes", "{{ print ` }} {{ now }}"],
    ["behind a comment with a quote", `{{/* don't */}}{{ now }}`],
    ["behind a comment with braces", "{{/* }} {{ */}}{{ now }}"],
    ["behind a comment with braces that trims", "{{- /* }} ` {{ */ -}}{{ now }}"],
    ["behind a backslash outside of quotes", String.raw`\"{{ print "\\" }}" {{ now }}`],
  ])("%s", (_title, text) => expect(found(text)).toEqual(["now"]));

  it.each([
    ["in quotes with escapes, as a value in YAML has them", String.raw`a: "{{ printf \"}}%s\" (now) }}"`],
    ["in what only together looks like a comment", `a: "{{/*"\nb: "{{ now }}"\nc: "*/}}"`],
  ])("and in values: %s", (_title, text) => {
    expect(found(text, "values.yaml")).toEqual(["now"]);
    expect(scanTemplates(chart("templates/a.yaml", ""), [Buffer.from(text)]).time).toEqual(["now"]);
  });

  it.each([
    ["comments", "{{/* now */}} {{- /* }} {{ now }} */ -}}"],
    ["text outside of actions", "now }} randAlpha"],
    ["names of members", "{{ .now }}{{ $now }}"],
  ])("but not in %s", (_title, text) => expect(found(text)).toEqual([]));
});
