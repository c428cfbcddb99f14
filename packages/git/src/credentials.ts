import { withhold } from "@evenkeel/telemetry";

/** What a remote call may know; values live only in the call's own directory, never in argv, environment or a log. */
export type Credentials =
  | { readonly kind: "none" }
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "bearer"; readonly token: string }
  | { readonly kind: "ssh"; readonly privateKey: string; readonly knownHosts: string };

/** From here on no text that leaves this process holds any of it. */
export const withholdCredentials = (credentials: Credentials): void => {
  switch (credentials.kind) {
    case "basic":
      withhold(credentials.password);
      withhold(`${credentials.username}:${credentials.password}`);
      // Some hosts take a token as the user, with any password.
      if (credentials.username.length >= 20) withhold(credentials.username);
      return;
    case "bearer":
      withhold(credentials.token);
      return;
    case "ssh":
      withhold(credentials.privateKey);
      return;
    case "none":
      return;
  }
};

/** The `Authorization` header of a credential for https, or undefined where it has none. */
export const authorizationHeader = (credentials: Credentials): string | undefined => {
  switch (credentials.kind) {
    case "basic":
      return `Authorization: Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
    case "bearer":
      return `Authorization: Bearer ${credentials.token}`;
    case "none":
    case "ssh":
      return undefined;
  }
};
