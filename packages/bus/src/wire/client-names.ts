import type { Rng } from "@evenkeel/machine";
import { nuid } from "@nats-io/nats-core";

/** Where it stands is not part of its interface. */
const well = nuid as typeof nuid & { readonly buf: Uint8Array };
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * The client names inboxes and consumers from one well a process, by the process's own chance: what a simulated world says
 * and draws would depend on those before it. Filled by `rng`, it gives the same names in the same order.
 */
export const nameClientsBy = (rng: Rng): void => {
  const prefix = rng.bytes(12).map((byte) => LETTERS.charCodeAt(byte % LETTERS.length));
  well.reset(); // what it draws here it draws nowhere else
  well.buf.set(prefix);
  Object.assign(well, { seqHi: 0, seqLo: 0, inc: 33 });
};
