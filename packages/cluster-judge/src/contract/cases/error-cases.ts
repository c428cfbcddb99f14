import { casesOf, refused } from "../contract-case.ts";
import { configMap, deployment, partOf, widget } from "../objects.ts";

const strict = { fieldManager: "someone", fieldValidation: "Strict" };
/** Refusals of what a request itself says. */
export const errorCases = casesOf({
  "E15 an object that breaks a rule is invalid and names the field: INVALID": (b) =>
    refused(
      b.create(deployment("e15", { selector: { matchLabels: { app: "other" } } })),
      422,
      "INVALID",
      /spec\.template\.metadata\.labels: Invalid value: .*: `selector` does not match template `labels`/,
    ),
  "E16 an apply with an unknown field is invalid: INVALID": (b) =>
    refused(
      b.apply(deployment("e16", { strange: 1 }), { fieldManager: "owner", fieldValidation: "Strict" }),
      500,
      "INVALID",
      /failed to create typed patch object .*\.spec\.strange: field not declared in schema/,
    ),
  "E17 an apply with a key twice in a keyed list is invalid: INVALID": (b) =>
    refused(
      b.apply(
        deployment(
          "e17",
          {},
          {
            env: [
              { name: "A", value: "1" },
              { name: "A", value: "2" },
            ],
          },
        ),
        { fieldManager: "owner" },
      ),
      500,
      "INVALID",
      /duplicate entries for key \[name="A"\]/,
    ),
  "E18 an apply with a number as text is invalid: INVALID": (b) =>
    refused(
      b.apply(deployment("e18", {}, { ports: [{ containerPort: "80" }] }), { fieldManager: "owner" }),
      500,
      "INVALID",
      /expected numeric/,
    ),
  "E19 a create with an unknown field is invalid where validation is strict: INVALID": (b) =>
    refused(
      b.create({ ...configMap("e19"), strange: 1 }, strict),
      400,
      "INVALID",
      /strict decoding error: unknown field "strange"/,
    ),
  "E21 a body that is no JSON is invalid: INVALID": (b) =>
    refused(b.send("POST", b.path(configMap("")), '{"apiVersion":"v1",'), 400, "INVALID"),
  "E22 a create of another kind than the path's is invalid: INVALID": (b) =>
    refused(b.send("POST", b.path(configMap("")), { ...configMap("e22"), kind: "Secret" }), 400, "INVALID"),
  "E23 a custom resource that breaks its schema is invalid: INVALID": (b) =>
    refused(
      b.create(widget("e23", { size: 0 })),
      422,
      "INVALID",
      /spec\.size in body should be greater than or equal to 1/,
    ),
  "E40 annotations over 256 KiB are too large: TOO_LARGE": (b) =>
    refused(
      b.create(configMap("e40", {}, { annotations: { big: "x".repeat(262_200) } }), {}, { quiet: true }),
      422,
      "TOO_LARGE",
      /metadata\.annotations: Too long/,
    ),
  "E41 a body over 3 MiB is too large: TOO_LARGE": (b) =>
    refused(b.create(configMap("e41", { big: "x".repeat(3_300_000) }), {}, { quiet: true }), 413, "TOO_LARGE"),
  "E42 a media type that is not known is an older server's answer to an apply: LEGACY": (b) =>
    refused(b.send("PATCH", b.path(configMap("e42")), {}, { type: "application/unknown-patch+json" }), 415, "LEGACY"),
  "E43 a strategic merge patch of a custom resource is not supported: LEGACY": async (b) => {
    await b.create(widget("e43", {}));
    await refused(b.strategic(widget("e43", {}), { spec: { size: 2 } }), 415, "LEGACY");
  },
  "E44 a version of a resource that is no number is invalid: INVALID": (b) =>
    refused(b.send("GET", b.path(configMap("")), undefined, { query: { resourceVersion: "x" } }), 400, "INVALID"),
  "E45 a verb that a collection does not have is not allowed: PROTOCOL": (b) =>
    refused(b.send("PUT", b.path(configMap("")), configMap("e45")), 405, "PROTOCOL"),
  "E47 a part of an object is a partial body under an apply's identity check: the name must be the path's": (b) =>
    refused(
      b.send("PATCH", b.path(configMap("other")), partOf(configMap("e47"), { data: { a: "1" } }), {
        type: "application/apply-patch+yaml",
        query: { fieldManager: "a" },
      }),
      400,
      "INVALID",
    ),
});
