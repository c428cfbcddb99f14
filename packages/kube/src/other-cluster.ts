/** What a call was meant for is not what the connection leads to by now; nothing was sent. A cluster is the UID of its kube-system. */
export class OtherCluster extends Error {
  override readonly name = "OtherCluster";
  readonly expected: string;
  readonly found: string;

  constructor(expected: string, found: string) {
    super(`another cluster is there now (kube-system ${found}, before ${expected})`);
    this.expected = expected;
    this.found = found;
  }
}
