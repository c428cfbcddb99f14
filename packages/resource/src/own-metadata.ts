/** The field manager of every write that Evenkeel makes: one name for all applications (a name each leaves residue on a move). */
export const FIELD_MANAGER = "evenkeel";

/** The label domain of Evenkeel's own metadata. */
export const OWN_DOMAIN = "evenkeel.dev";

/** The label that names the owning application's UID; the recovery index and the selector of every watch. */
export const APP_LABEL = `${OWN_DOMAIN}/app`;

/** The annotations that Evenkeel stamps (seq, epoch, src, installation) or reads (prune, recreate, wave, when-gone). */
export const OWN_ANNOTATIONS = {
  seq: `${OWN_DOMAIN}/seq`,
  epoch: `${OWN_DOMAIN}/epoch`,
  src: `${OWN_DOMAIN}/src`,
  installation: `${OWN_DOMAIN}/installation`,
  prune: `${OWN_DOMAIN}/prune`,
  recreate: `${OWN_DOMAIN}/recreate`,
  wave: `${OWN_DOMAIN}/wave`,
  whenGone: `${OWN_DOMAIN}/when-gone`,
} as const;
