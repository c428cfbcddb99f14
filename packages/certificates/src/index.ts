export { authorityOf, makeAuthority } from "./authority.ts";
export type { Authority, KeyPair, User } from "./authority.ts";
