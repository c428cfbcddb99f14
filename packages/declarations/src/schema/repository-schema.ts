import { webhookKinds } from "@evenkeel/words";

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
        {
          branch: { ...text, description: "A branch: each new tip that descends from the accepted one is followed." },
          tag: { ...text, description: "A tag: it must not move." },
          semver: { ...text, description: "The highest version tag in a range." },
          commit: { ...fullId, description: "One commit, and nothing newer: what stays until this is changed." },
        },
        "exactly one of branch, tag, semver and commit",
        "What of the repository is followed; default the remote's HEAD.",
      ),
      interval: { ...duration, description: "How often the remote is asked; default 60s." },
      credentials: closed(
        {
          name: { ...label, description: "Name of the secret: a folder of the secrets directory." },
          key: { ...secretFile, description: "A file of it with a password or token." },
          username: { ...text, description: "Who the password is for; default git." },
        },
        ["name"],
        "With key: that file is a password or token of username (default git). Without: the files username and password, bearerToken, or identity and known_hosts, and ca.crt.",
      ),
      webhook: closed(
        {
          kind: {
            type: "string",
            enum: [...webhookKinds],
            description: "Who signs, and so how.",
          },
          secretRef: secretKey,
        },
        ["kind", "secretRef"],
        "A push event that is signed with this secret makes the source-watcher look at once.",
      ),
      verify: { type: "object", additionalProperties: true, description: "Signatures of commits and tags." },
    },
    ["url"],
  ),
  "A Git repository that applications are taken from.",
);
