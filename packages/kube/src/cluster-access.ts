/** How requests to one cluster are authenticated. Files are re-read, so a rotated token or certificate is taken up. */
export type Credentials =
  | { readonly kind: "none" }
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "tokenFile"; readonly path: string }
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "clientCert"; readonly cert: string; readonly key: string }
  | { readonly kind: "clientCertFile"; readonly certPath: string; readonly keyPath: string }
  | { readonly kind: "dynamic"; read(): Promise<ResolvedCredentials> };

/** What a credential comes down to for one connection or request. */
export interface ResolvedCredentials {
  readonly authorization?: string;
  readonly cert?: string;
  readonly key?: string;
  /** When it stops being good, in ms since the epoch; absent when unknown. */
  readonly expiresAt?: number;
}

/** Everything needed to reach one API server. `ca` is PEM; without it the system roots count. */
export interface ClusterAccess {
  readonly server: string;
  readonly ca?: string;
  /** The name to expect in the server's certificate, where it differs from the host of `server`. */
  readonly serverName?: string;
  /** Only ever true from an operator's own kubeconfig. */
  readonly insecureSkipTlsVerify?: boolean;
  readonly credentials: Credentials;
  /** The identity that every request acts as, from the kubeconfig's `as` (operator's only). */
  readonly impersonate?: string;
}
