import { allCharts } from "./chart.ts";
import type { Chart } from "./chart.ts";
import { actionsIn } from "./template-actions.ts";

/** How templates may differ from run to run, all else being equal. */
export interface Variance {
  /** Functions that give something else each time, or a map's members in any order. */
  readonly random: readonly string[];
  /** Functions that give the time: two runs in one second can agree by luck. */
  readonly time: readonly string[];
  /** `tpl` runs text that may have been put together while running. */
  readonly dynamic: boolean;
}

const RANDOM =
  /(?<![.$\w])(?:rand[A-Z]\w*|shuffle|uuidv4|genPrivateKey|gen\w*Cert\w*|genCA\w*|htpasswd|bcrypt|encryptAES|derivePassword|keys|values)\b/g;
const TIME = /(?<![.$\w])(?:now|ago|date|dateInZone|date_in_zone|htmlDate|htmlDateInZone)\b/g;
const DYNAMIC = /(?<![.$\w])tpl\b/;

/** Looks at every action of every template, and at values that look like templates, for such functions. */
export const scanTemplates = (chart: Chart, values: readonly Uint8Array[]): Variance => {
  const random = new Set<string>();
  const time = new Set<string>();
  let dynamic = false;
  const scan = (bytes: Uint8Array, isTemplate: boolean): void => {
    for (const action of actionsIn(Buffer.from(bytes).toString("utf8"), isTemplate)) {
      for (const [name] of action.matchAll(RANDOM)) random.add(name);
      for (const [name] of action.matchAll(TIME)) time.add(name);
      dynamic ||= DYNAMIC.test(action);
    }
  };
  for (const { files } of allCharts(chart))
    for (const [path, bytes] of files) scan(bytes, path.startsWith("templates/"));
  for (const bytes of values) scan(bytes, false);
  return { random: [...random].sort(), time: [...time].sort(), dynamic };
};
