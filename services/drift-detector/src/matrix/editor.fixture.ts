// For tests only.
import { encodeApplyBody, isApiError, objectPath } from "@evenkeel/kube";
import type { Kube, KubeRequest } from "@evenkeel/kube";
import { refOf, splitApiVersion } from "@evenkeel/resource";
import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";
import { describeRef, formatRef } from "@evenkeel/words";

/** Somebody who is not Evenkeel and writes to one object by the means that people and controllers have. */
export interface Editor {
  readonly manifest: KubeObject;
  read(version?: string): Promise<KubeObject>;
  /** GET, change, PUT, through `version` of the API when given. */
  put(change: (object: KubeObject) => KubeObject, options?: { manager?: string; version?: string }): Promise<void>;
  merge(patch: JsonObject, options?: { manager?: string; subresource?: string }): Promise<void>;
  json(patch: readonly JsonObject[], manager?: string): Promise<void>;
  apply(object: KubeObject, options: { manager: string; force?: boolean }): Promise<void>;
  remove(): Promise<void>;
  create(object: KubeObject, manager?: string): Promise<void>;
}

/** Opens the editor of one object. */
export const openEditor = (kube: Kube, manifest: KubeObject, signal: AbortSignal): Editor => {
  const ref = refOf(manifest);
  const pathOf = async (version?: string): Promise<string> => {
    const kind = { group: ref.group, kind: ref.kind, version: version ?? splitApiVersion(manifest.apiVersion).version };
    return objectPath(await kube.resourceOf(kind, signal), ref.namespace, ref.name);
  };
  const send = async (
    method: KubeRequest["method"],
    path: string,
    type: string,
    body: Json,
    manager: string,
  ): Promise<KubeObject> => {
    const response = await kube.transport.request(
      {
        method,
        path: `${path}?fieldManager=${encodeURIComponent(manager)}`,
        headers: { "content-type": type },
        body: encodeApplyBody(body),
      },
      signal,
    );
    const text = response.body.toString("utf8");
    if (response.status > 299) throw new Error(`${method} ${describeRef(ref)}: ${response.status} ${text}`);
    return JSON.parse(text) as KubeObject;
  };
  const editor: Editor = {
    manifest,
    read: async (version) => {
      const response = await kube.transport.request({ method: "GET", path: await pathOf(version) }, signal);
      if (response.status !== 200) throw new Error(`${formatRef(ref)}: ${response.status}`);
      return JSON.parse(response.body.toString("utf8")) as KubeObject;
    },
    put: async (change, options = {}) => {
      const changed = change(await editor.read(options.version));
      await send("PUT", await pathOf(options.version), "application/json", changed, options.manager ?? "someone");
    },
    merge: async (patch, options = {}) => {
      const subresource = options.subresource === undefined ? "" : `/${options.subresource}`;
      const path = `${await pathOf()}${subresource}`;
      await send("PATCH", path, "application/merge-patch+json", patch, options.manager ?? "someone");
    },
    json: async (patch, manager = "someone") => {
      await send("PATCH", await pathOf(), "application/json-patch+json", patch, manager);
    },
    apply: async (object, { manager, force = false }) => {
      await kube.serverSideApply({ object, force, dryRun: false, manager }, signal);
    },
    remove: async () => {
      const uid = (await editor.read()).metadata.uid ?? "";
      await kube.deleteObject(ref, { uid }, {}, signal);
    },
    create: async (object, manager = "someone") => {
      const collection = (await pathOf()).replace(/\/[^/]+$/, "");
      await send("POST", collection, "application/json", object, manager);
    },
  };
  return editor;
};

/** Whether an apply was refused as that class. */
export const isRefusedAs = (error: unknown, errorClass: string): boolean =>
  isApiError(error) && error.errorClass === errorClass;
