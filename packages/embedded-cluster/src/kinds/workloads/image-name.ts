const NAME = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`;
const DOMAIN_LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const HOST = String.raw`(?:${DOMAIN_LABEL}(?:\.${DOMAIN_LABEL})*|\[(?:[a-fA-F0-9:]+)\])(?::[0-9]+)?`;
const DIGEST = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
const REFERENCE = new RegExp(
  String.raw`^((?:${HOST}/)?${NAME}(?:/${NAME})*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(${DIGEST}))?$`,
);
const BARE_ID = /^[a-f0-9]{64}$/;

/** Whether an image is pulled each time unless said otherwise: it parses, and its tag is `latest`, said or implied. */
export const isLatestImage = (image: string): boolean => {
  if (BARE_ID.test(image)) return false;
  const match = REFERENCE.exec(image);
  if (match === null) return false;
  const [, , tag, digest] = match;
  return tag === undefined ? digest === undefined : tag === "latest";
};
