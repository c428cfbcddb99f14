/**
 * What kustomize would fetch: it asks the text, not whether such a path exists. Each with an example of its form, and in
 * time that grows with the text: a part ends at the first of what divides it.
 */
const REMOTE: readonly RegExp[] = [
  /^[a-z][a-z0-9+.-]*:\/\//i, // https://host/x, ssh://, file:///, oci://
  /:\/\//, // git::https://
  /(?:^|=)\s*https?:/i, // k=https:host
  /^[a-z0-9-]+::/i, // git::host
  /^gh:/i,
  /^[^/\s][^/\s@]*@[^/\s][^/\s:]*[:/]/, // git@host:org/repo
  /^(?:www\.)?(?:github|gitlab|bitbucket)\.(?:com|org)(?:[:/]|$)/i,
  /^[^/\s][^/\s:]*:[^/\s].*\//, // host:org/repo
  /[?&](?:ref|version|timeout|submodules|depth|sha)=/i,
  /\/\//, // host/org/repo//path
  /\.git(?:[/?:]|$)/i,
  /\/_git\//,
];

/** True for a reference in a kustomization that leads out of the repository. */
export const isRemote = (reference: string): boolean => REMOTE.some((form) => form.test(reference.trim()));

/** A reference without what lets somebody in: who asks (but for the `git` of ssh), and all behind `?` or `#` of an address. */
export const withoutCredentials = (reference: string): string => {
  const shorter = isRemote(reference) ? reference.replace(/([?#]).*$/su, "$1***") : reference;
  return isRemote(reference) || mayHoldUser(reference) ? shorter.replace(USER, "$<before>***@") : shorter;
};

const mayHoldUser = (reference: string): boolean => {
  const colon = reference.indexOf(":");
  return colon >= 0 && reference.lastIndexOf("@") > colon;
};

/** To the last `@`: a password may hold others, and a slash. */
const USER = /^(?<before>\s*(?:[\w.-]+=)?(?:[a-z0-9-]+::)?(?:[a-z][a-z0-9+.-]*:\/\/)?)(?!git@[^@]*$).*@/isu;
