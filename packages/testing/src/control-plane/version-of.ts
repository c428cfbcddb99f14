import { request } from "node:https";
import { json } from "node:stream/consumers";

import type { Credentials } from "./credentials.ts";

/** The version that an API server reports of itself, as `1.36.4`. */
export const versionOf = async (server: string, { caPem, admin }: Credentials): Promise<string> => {
  const { gitVersion } = await new Promise<{ readonly gitVersion: string }>((resolve, reject) => {
    const options = { ca: caPem, cert: admin.certPem, key: admin.keyPem, agent: false };
    request(`${server}/version`, options, (response) => {
      json(response).then((body) => resolve(body as { readonly gitVersion: string }), reject);
    })
      .on("error", reject)
      .end();
  });
  return gitVersion.replace(/^v/, "");
};
