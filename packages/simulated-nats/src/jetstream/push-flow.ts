import { headerBlock } from "../wire/headers.ts";

const MOST = 32 * 1024 * 1024;

export interface PushFlow {
  /** Deliveries stand still until the client has answered. */
  readonly isStalled: boolean;
  /** So much was delivered: asks the client how far it is, now and then. */
  sent(bytes: number): void;
  /** What a heartbeat says of an answer that is waited for. */
  readonly stalledOn: string | undefined;
  /** The client is as far as it was asked; false if that was another question. */
  answered(subject: string): boolean;
}

/** How much may be on its way to the client of a push consumer; it begins small and doubles with each answer. */
export const createPushFlow = (
  isWanted: boolean,
  nextSubject: () => string,
  ask: (reply: string, header: Uint8Array) => void,
): PushFlow => {
  let most = isWanted ? MOST / 16 : 0;
  let onTheWay = 0;
  let asked: { readonly subject: string; size: number } | undefined;
  return {
    get isStalled() {
      return most > 0 && onTheWay > most;
    },
    get stalledOn() {
      return asked?.subject;
    },
    sent(bytes) {
      if (most === 0) return;
      onTheWay += bytes;
      if (asked !== undefined) {
        if (onTheWay - asked.size >= most) asked.size += bytes;
        return;
      }
      if (onTheWay <= most / 2) return;
      asked = { subject: nextSubject(), size: onTheWay };
      ask(asked.subject, headerBlock("100 FlowControl Request"));
    },
    answered(subject) {
      if (asked?.subject !== subject) return false;
      most = Math.min(most * 2, MOST);
      onTheWay = Math.max(0, onTheWay - asked.size);
      asked = undefined;
      return true;
    },
  };
};
