/** A compare-and-set lost: somebody else wrote since the value was read. Reload and decide again. */
export class BusConflict extends Error {
  override readonly name = "BusConflict";
}

/** The bus did not take or answer something within its time; nothing is known to be wrong with the content. */
export class BusUnavailable extends Error {
  override readonly name: string = "BusUnavailable";
}

/** A store takes nothing new any more, so that what it knows can still change; it passes when there is room. */
export class StoreFull extends BusUnavailable {
  override readonly name = "StoreFull";
}

/** The bus refused something for good: a permission, a size, an unknown stream. Trying again does not help. */
export class BusRefused extends Error {
  override readonly name = "BusRefused";
}

/** Another live process takes part under the same instance id: of two the one that began later must end. */
export class InstanceTaken extends Error {
  override readonly name = "InstanceTaken";
}

/** The bus is not the one this program was made for; names the key, what was found and what is wanted. */
export class BusCheckFailed extends Error {
  override readonly name = "BusCheckFailed";
}

/** The server may not keep what the streams reserve; the message says how much that is and what can be done. */
export class BusStoreTooSmall extends Error {
  override readonly name = "BusStoreTooSmall";
}
