import { Agent, request } from "node:https";

import { parseJson } from "@evenkeel/resource";

import type { LiveObject, ValueMap } from "../../../json.ts";
import { isMap } from "../../../json.ts";
import { builtinKinds } from "../../../schema/builtin-table.ts";
import { structsOf, textOf } from "../../validation/read-value.ts";
import type { Answer } from "./ask-strategy.ts";

export interface RealServer {
  readonly server: string;
  readonly token: string;
  readonly caPem: string;
}

/** One connection pool to a real API server; each call is one request. */
export const connectRealServer = ({ server, token, caPem }: RealServer) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 8, ca: caPem });
  const pathOf = (object: LiveObject): string => {
    const [group] = object.apiVersion.includes("/") ? object.apiVersion.split("/") : [""];
    const kind = builtinKinds.find((each) => each.group === group && each.kind === object.kind);
    if (kind === undefined) throw new RangeError(`${object.kind}: unknown`);
    const root = group === "" ? `/api/${object.apiVersion}` : `/apis/${object.apiVersion}`;
    return `${root}${kind.namespaced ? "/namespaces/default" : ""}/${kind.plural}`;
  };
  const send = (method: string, path: string, body?: LiveObject): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const call = request(
        `${server}${path}`,
        {
          agent,
          method,
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("end", () => {
            const text = Buffer.concat(parts).toString("utf8");
            const value = parseJson(text) as ValueMap;
            const code = response.statusCode ?? 0;
            // Node joins repeated headers; each warning is `299 - "text"`.
            const raw = [response.headers["warning"] ?? []].flat().join(", ");
            const warnings = [...raw.matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, said = ""]) =>
              said.replaceAll(/\\(.)/g, "$1"),
            );
            if (code < 300) return resolve({ code, object: value as LiveObject, warnings });
            const details = isMap(value["details"]) ? value["details"] : {};
            const causes = structsOf(details["causes"]).map((cause) => ({
              reason: textOf(cause["reason"]),
              message: textOf(cause["message"]),
              field: textOf(cause["field"]),
            }));
            return resolve({ code, message: textOf(value["message"]), causes, warnings });
          });
        },
      );
      call.on("error", reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return {
    pathOf,
    send,
    create: (object: LiveObject, dryRun: boolean) =>
      send("POST", `${pathOf(object)}?fieldManager=test${dryRun ? "&dryRun=All" : ""}`, object),
    update: (object: LiveObject, name: string) =>
      send("PUT", `${pathOf(object)}/${encodeURIComponent(name)}?fieldManager=test&dryRun=All`, object),
    updateStatus: (object: LiveObject, name: string) =>
      send("PUT", `${pathOf(object)}/${encodeURIComponent(name)}/status?fieldManager=test&dryRun=All`, object),
    read: (object: LiveObject, name: string) => send("GET", `${pathOf(object)}/${encodeURIComponent(name)}`),
    replace: (object: LiveObject, name: string) =>
      send("PUT", `${pathOf(object)}/${encodeURIComponent(name)}?fieldManager=test`, object),
    remove: (object: LiveObject, name: string) => send("DELETE", `${pathOf(object)}/${encodeURIComponent(name)}`),
    end: () => agent.destroy(),
  };
};
