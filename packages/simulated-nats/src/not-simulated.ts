/** Something that a real nats-server has and this one has not: a run that asks for it proves nothing. */
export class NotSimulated extends Error {
  override readonly name = "NotSimulated";

  constructor(what: string) {
    super(`${what} is not simulated: simulate it and hold it against a real server in differential.test.ts`);
  }
}
