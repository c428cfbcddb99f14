import { get } from "node:http";
import { type RequestOptions, get as getSecure } from "node:https";

/** Whether a GET on a unix socket gives 200. */
export const socketAnswers = (socketPath: string, path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const request = get({ socketPath, path, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", reject);
  });

/** Whether a GET over TLS gives 200. */
export const urlAnswers = (url: string, options: RequestOptions): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const request = getSecure(url, { agent: false, timeout: 2_000, ...options }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", reject);
  });
