import * as certificates from "@evenkeel/certificates";

export interface KeyPair {
  readonly certPem: string;
  readonly keyPem: string;
}

/** A certificate authority that lives as long as a test run: no openssl needed. */
export interface Authority extends KeyPair {
  /** For a server on loopback. */
  readonly serverCertificate: () => KeyPair;
  /** For a Kubernetes user: the common name is the user, each organisation a group. */
  readonly clientCertificate: (user: string, groups?: readonly string[]) => KeyPair;
}

const inPem = ({ cert, key }: certificates.KeyPair): KeyPair => ({ certPem: cert, keyPem: key });

const of = (authority: certificates.Authority): Authority => ({
  ...inPem(authority.pair),
  serverCertificate: () => inPem(authority.serverPair()),
  clientCertificate: (name, groups = []) => inPem(authority.userPair({ name, groups })),
});

export const makeAuthority = (): Authority => of(certificates.makeAuthority());

export const authorityOf = ({ certPem, keyPem }: KeyPair): Authority =>
  of(certificates.authorityOf({ cert: certPem, key: keyPem }));
