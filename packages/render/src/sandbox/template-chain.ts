/** In which helm tells where a template failed, link by link. */
const LINKS: readonly RegExp[] = [
  /(?:\s|template: )+/y,
  /[\w./-]+:\d+(?::\d+)?:?(?=\s)/y,
  /executing "[^"\n]*" at <[^\n]*?>:(?=\s|$)/y,
  /error calling \w+:(?=\s|$)/y,
  // The text of a template, as Go quotes it.
  /(?:error during tpl function execution for|cannot parse template) "(?:[^"\\\n]|\\.)*":(?=\s|$)/y,
];
/** Warnings go before it, each of one line. */
const START = /(?:(?:level=|time=|WARNING: |\d{4}\/\d\d\/\d\d |[IWE]\d{4} )[^\n]*\n)*Error: /y;
/** What follows it a chart says itself. */
const BY_CHART = /execution error at \([^)\n]*\):/y;
const LOCATION = 1;

/** Where what helm says of a template that failed ends, and words of others begin; undefined where it says nothing of one. */
export const endOfChain = (said: string): number | undefined => {
  let at = after(START, said, 0);
  if (at === undefined) return undefined;
  const own = after(BY_CHART, said, at);
  if (own !== undefined) return own;
  let isLocated = false;
  for (let link = nextLink(said, at); link !== undefined; link = nextLink(said, at)) {
    isLocated ||= link.kind === LOCATION;
    at = link.end;
  }
  return isLocated ? at : undefined;
};

const nextLink = (said: string, at: number): { readonly kind: number; readonly end: number } | undefined => {
  for (const [kind, form] of LINKS.entries()) {
    const end = after(form, said, at);
    if (end !== undefined) return { kind, end };
  }
  return undefined;
};

const after = (form: RegExp, said: string, at: number): number | undefined => {
  form.lastIndex = at;
  return form.test(said) ? form.lastIndex : undefined;
};

/** True where helm refuses values by a schema. */
export const isOfSchema = (said: string): boolean => {
  const at = after(START, said, 0);
  return at !== undefined && said.startsWith("values don't meet the specifications of the schema", at);
};
