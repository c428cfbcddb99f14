/** What an entry of a Git tree is; a `commit` is a submodule. */
export type GitObjectType = "blob" | "tree" | "commit";

/** Whether one commit is reachable from another; `missing`: one of the two is not there, which is no proof of descent. */
export type Ancestry = "yes" | "no" | "missing";
