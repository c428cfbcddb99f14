/**
 * Words by which servers refuse a change that they would not refuse in a new object. They prove nothing (fluxcd/pkg#192):
 * they are heard only where the server may not be asked about a new object, and what is then made again is put back if
 * its making is refused.
 */
const WORDS: readonly RegExp[] = [
  /immutab/i,
  /may not (?:be )?(?:chang|updat|unset|set once|modif|add or remove|remove or add)/i,
  /can ?not (?:be )?(?:chang|updat|unset|modif|switch)/i,
  /can't (?:be )?(?:chang|updat|unset|modif)/i,
  /(?:must not|should not) (?:be )?(?:chang|updat|modif)/i,
  /updates? (?:to|of) .*(?:forbidden|not allowed)/i,
  /(?:forbidden|not allowed): .*updates?/i,
];

/** Whether the server's words on an update say that the field is fixed once the object is made. */
export const saysUnchangeable = (words: string): boolean => WORDS.some((each) => each.test(words));
