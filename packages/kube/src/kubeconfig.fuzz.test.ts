import { attempt, brokenIf, fuzz, made, smallerTexts, textOf } from "@evenkeel/fuzz";
import type { Chance, TextSource } from "@evenkeel/fuzz";

import type { ClusterAccess } from "./cluster-access.ts";
import { loadKubeconfigText } from "./kubeconfig.ts";
import { KubeconfigRefused, listContexts } from "./kubeconfig-document.ts";

/** Stands for every credential: no message may hold it, in any form that it has in the text. */
const CANARY = "canary-hunter2";
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const pem = base64(`-----BEGIN CERTIFICATE-----\n${CANARY}\n-----END CERTIFICATE-----\n`);

const CLUSTERS = [
  "server: https://10.0.0.1:6443",
  "server: https://api.example.com/k8s/clusters/c-abc",
  `server: https://admin:${CANARY}@api.example.com`,
  `server: http://admin:${CANARY}@api.example.com`,
  "server: https://[::1]:6443",
  'server: "https://api.example.com\\n"',
  "server: unix:///var/run/kube.sock",
  "server: ''",
  `certificate-authority-data: ${pem}`,
  "certificate-authority: /etc/passwd",
  "insecure-skip-tls-verify: true",
  "tls-server-name: kubernetes",
  'tls-server-name: "a\\0b"',
  "proxy-url: socks5://127.0.0.1",
];
const USERS = [
  `token: ${CANARY}`,
  `token: "${CANARY}\\r\\nX-Remote-Group: system:masters"`,
  `token: "${CANARY}\\u00e9"`,
  "token: 123",
  "tokenFile: /var/run/secrets/token",
  `username: admin\n    password: ${CANARY}`,
  `client-certificate-data: ${pem}\n    client-key-data: ${pem}`,
  "client-certificate: /etc/passwd\n    client-key: /etc/shadow",
  "exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/sh, args: [-c, id]}",
  "exec: {}",
  "auth-provider: {name: gcp, config: {cmd-path: /bin/sh}}",
  "as: system:admin",
  "as-groups: ['system:masters']",
  "as-user-extra: {a: [b]}",
];
/** What a registration may not carry, where it stands as it is here. */
const FORBIDDEN =
  /^ {4}(?:exec|auth-provider|tokenFile|client-certificate:|client-key:|as[:-]|proxy-url|certificate-authority:|insecure)/m;

interface Input {
  readonly text: string;
  readonly isForbidden: boolean;
}

/** The form that kubectl, kind, k3s, EKS and GKE write. */
const written = (chance: Chance): Input => {
  const some = (lines: readonly string[]): string =>
    Array.from({ length: 1 + chance.below(2) }, () => `    ${chance.pick(lines)}\n`).join("");
  const name = chance.pick(["prod", "kind-a", "arn:aws:eks:eu-west-1:1:cluster/a", "a@b", "'0644'"]);
  const text = `apiVersion: v1
kind: Config
current-context: ${name}
preferences: {}
contexts:
- name: ${name}
  context: {cluster: ${name}, user: ${name}}
clusters:
- name: ${name}
  cluster:
    ${chance.pick(CLUSTERS.slice(0, chance.once(3) ? 7 : 2))}
${chance.once(3) ? some(CLUSTERS.slice(8)) : ""}users:
- name: ${name}
  user:
${some(chance.once(2) ? USERS : USERS.filter((line) => !FORBIDDEN.test(`    ${line}`)))}`;
  return { text, isForbidden: FORBIDDEN.test(text) };
};

const CORPUS = [
  "apiVersion: v1\nkind: Config\n",
  "current-context: a\ncontexts: [{name: a, context: {cluster: a, user: a}}]\nclusters: [{name: a, cluster: {server: 'https://a'}}]\nusers: [{name: a, user: {token: x}}]\n",
];
const SOURCE: TextSource = {
  corpus: CORPUS,
  words: [
    "exec:",
    "user:",
    "server:",
    "token:",
    "https://",
    "http://",
    "&a ",
    "*a",
    "<<: ",
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    "null",
    "'",
    '"',
    "\n",
    "  ",
    "name: ",
    "hunter3",
  ],
};
const inputs = made<Input>({
  make: (chance) => {
    const made = written(chance);
    if (chance.once(3)) return made;
    return {
      text: textOf(chance, { ...SOURCE, corpus: [...CORPUS, made.text, made.text, made.text] }),
      isForbidden: false,
    };
  },
  *smaller({ text }) {
    for (const shorter of smallerTexts(text)) yield { text: shorter, isForbidden: false };
  },
});

const heldTo = (access: ClusterAccess): void => {
  const { server, credentials, serverName } = access;
  brokenIf(!URL.canParse(server), "a server that is no URL");
  const url = new URL(server);
  brokenIf(
    url.protocol !== "https:" || url.username !== "" || url.password !== "",
    "a server with credentials, or in plain text",
  );
  brokenIf(
    /[\p{Cc}\p{Cs}\p{Z}]/u.test(server) || url.search !== "" || url.hash !== "",
    "a server that is not what is called",
  );
  brokenIf(access.insecureSkipTlsVerify === true || access.impersonate !== undefined, "a check that is skipped");
  brokenIf(serverName !== undefined && !/^[A-Za-z0-9.:-]+$/.test(serverName), "a name that no certificate has");
  brokenIf(
    !["none", "token", "clientCert", "basic"].includes(credentials.kind),
    `credentials of kind ${credentials.kind}`,
  );
  if (credentials.kind === "token")
    brokenIf(!/^[\x21-\x7e]+$/.test(credentials.token), "a token that no header can carry");
};

type Load = (text: string) => ClusterAccess;

fuzz<Input, Load>({
  name: "kubeconfig",
  inputs,
  subject: loadKubeconfigText,
  law:
    (load) =>
    ({ text, isForbidden }, note) => {
      if (text.length % 8 === 0) attempt(() => listContexts(text), KubeconfigRefused);
      const { value: access, refused } = attempt(() => load(text), KubeconfigRefused);
      note(
        refused === undefined
          ? `taken ${access.credentials.kind}`
          : `refused ${refused.field.replace(/\[-?\d+\]/g, "")}`,
      );
      if (refused !== undefined && !refused.message.includes("no entry is named"))
        for (const form of [CANARY, base64(CANARY).slice(0, 16), pem.slice(40, 60)])
          brokenIf(refused.message.includes(form), `a credential is told: ${refused.message}`);
      if (access === undefined) return;
      brokenIf(isForbidden, "what runs, reads or reaches something of ours is taken");
      heldTo(access);
    },
  sometimes: {
    "taken token": 40,
    "taken basic": 150,
    "taken clientCert": 100,
    "refused users.user.exec": 60,
    "refused text": 10,
  },
  planted: {
    "a program": (text) => loadKubeconfigText(text.replace(/^.*exec:.*$/m, "    token: x")),
    "plain http": (text) => {
      const access = loadKubeconfigText(text.replace("http:", "https:"));
      return { ...access, server: text.includes("http:") ? access.server.replace("https:", "http:") : access.server };
    },
    "a server with its password": (text) => {
      const access = loadKubeconfigText(text.replace(`admin:${CANARY}@`, ""));
      return text.includes(`https://admin:${CANARY}@`)
        ? { ...access, server: access.server.replace("//", `//admin:${CANARY}@`) }
        : access;
    },
    "a value in a message": (text) => {
      try {
        return loadKubeconfigText(text);
      } catch (error) {
        throw error instanceof KubeconfigRefused ? new KubeconfigRefused(error.field, text.slice(-60)) : error;
      }
    },
  },
});
