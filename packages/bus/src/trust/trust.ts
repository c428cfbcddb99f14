import { serviceNames } from "@evenkeel/contracts";

import { BusCheckFailed } from "../bus-errors.ts";
import type { SignerName } from "../topology/bucket-writers.ts";
import { verifierOf } from "./service-key.ts";
import { createVerifiedMemo, type VerifiedMemo } from "./verified-memo.ts";

/** One trusted key: whose it is, and from when to when. */
export interface TrustedKey {
  readonly publicKey: string;
  readonly role: SignerName;
  /** RFC 3339; absent: no limit. */
  readonly notBefore?: string;
  readonly notAfter?: string;
}

/** Who may sign what: a mounted file, never read from the bus. Keys rotate by overlap. */
export interface TrustBundle {
  readonly keys: readonly TrustedKey[];
}

/** A bundle that trusts each given key for its service, without limit of time. */
export const trustBundleOf = (
  services: readonly { readonly name: SignerName; readonly publicKey: string }[],
): TrustBundle => ({
  keys: services.map(({ name, publicKey }) => ({ publicKey, role: name })),
});

/** The role of the key that signed, or why the signature does not count. */
export type SignatureCheck =
  | { readonly ok: true; readonly role: SignerName; readonly publicKey: string }
  | { readonly ok: false; readonly why: string };

const roles: readonly SignerName[] = [...serviceNames, "migrate"];

/** What `verifierFor` makes. */
export type Verifier = ReturnType<typeof verifierFor>;

/** Checks signatures of the form `<public key>:<base64>` against a bundle; a key counts at the time the text was made. */
export const verifierFor = (bundle: TrustBundle, memo: VerifiedMemo = createVerifiedMemo()) => {
  for (const { publicKey, role } of bundle.keys) {
    if (!roles.includes(role)) {
      throw new BusCheckFailed(`trust bundle key ${publicKey} role: found ${role}, wanted one of ${roles.join(", ")}`);
    }
  }
  const known = new Map(bundle.keys.map((key) => [key.publicKey, { ...key, verify: verifierOf(key.publicKey) }]));
  return (bytes: Uint8Array, signature: string | undefined, at: Date): SignatureCheck => {
    if (signature === undefined || signature === "") return { ok: false, why: "it is not signed" };
    const colon = signature.indexOf(":");
    const key = known.get(signature.slice(0, colon));
    if (key === undefined) return { ok: false, why: `key ${signature.slice(0, Math.max(colon, 0))} is not trusted` };
    if (key.notBefore !== undefined && at < new Date(key.notBefore))
      return { ok: false, why: `key ${key.publicKey} is not valid yet` };
    if (key.notAfter !== undefined && at > new Date(key.notAfter))
      return { ok: false, why: `key ${key.publicKey} is not valid any more` };
    if (!memo.has(signature, bytes)) {
      const good = key.verify(bytes, Buffer.from(signature.slice(colon + 1), "base64"));
      if (!good) return { ok: false, why: "its signature is wrong" };
      memo.add(signature, bytes);
    }
    return { ok: true, role: key.role, publicKey: key.publicKey };
  };
};
