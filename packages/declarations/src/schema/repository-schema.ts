import { closed, documentOf, duration, fullId, label, oneFieldOf, secretFile, secretKey, text } from "./fragments.ts";

/** Where applications come from: one Git repository, one Git ref. */
export const repositorySchema = documentOf(
  "Repository",
  closed(
    {
      url: {
        type: "string",
        // Only the form; which schemes and hosts are allowed is the source-watcher's start option.
        pattern: "^(?:https?://[^/@?#\\s]+/[^?#\\s]*|ssh://[^/@:\\s]+@[^/@?#\\s]+/[^?#\\s]*|file:///[^?#\\s]*)$",
        expects: "https://host[:port]/path or ssh://user@host[:port]/path, without a password or token",
        hidden: true,
        maxLength: 2048,
        description: "https or ssh URL; credentials are a secret reference.",
      },
      ref: oneFieldOf(
        { branch: text, tag: text, semver: text, commit: fullId },
        "exactly one of branch, tag, semver and commit",
      ),
      interval: { ...duration, description: "How often the remote is asked; default 60s." },
      credentials: closed(
        { name: label, key: secretFile, username: text },
        ["name"],
        "With key: that file is a password or token of username (default git). Without: the files username and password, bearerToken, or identity and known_hosts, and ca.crt.",
      ),
      webhook: closed(
        { kind: { type: "string", enum: ["github", "gitlab", "gitea", "generic"] }, secretRef: secretKey },
        ["kind", "secretRef"],
        "A push event that is signed with this secret makes the source-watcher look at once.",
      ),
      verify: { type: "object", additionalProperties: true, description: "Signatures of commits and tags." },
    },
    ["url"],
  ),
  "A Git repository that applications are taken from.",
);
