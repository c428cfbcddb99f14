/** How one version stands to another: `mixed` is newer in one component and older in another, and never applied. */
export type VersionOrder = "equal" | "newer" | "older" | "mixed";
