import { commonConfig, commonSettings, ConfigInvalid, readSettings } from "@evenkeel/service-host";
import type { CommonConfig, Environment } from "@evenkeel/service-host";

/** Files of TLS; with a client CA only callers with a certificate of it are served. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile?: string;
}

/** Where queries are served. */
export interface ListenConfig {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly tls?: TlsFiles;
}

export interface StatusApiConfig {
  readonly listen: ListenConfig;
}

/** Settings of this service, in its process. */
export const settings = {
  ...commonSettings,
  grpcHost: {
    env: "EVENKEEL_GRPC_HOST",
    type: "text",
    default: "127.0.0.1",
    help: "Address that queries are served at; anything but loopback needs TLS.",
    example: "0.0.0.0",
  },
  grpcPort: {
    env: "EVENKEEL_GRPC_PORT",
    type: "port",
    default: "7443",
    help: "Port that queries are served at.",
    example: "7443",
  },
  tlsCertFile: {
    env: "EVENKEEL_TLS_CERT_FILE",
    type: "path",
    optional: true,
    help: "File with the server's certificate chain (PEM).",
    example: "/etc/evenkeel/tls/tls.crt",
  },
  tlsKeyFile: {
    env: "EVENKEEL_TLS_KEY_FILE",
    type: "path",
    optional: true,
    help: "File with the server's private key (PEM).",
    example: "/etc/evenkeel/tls/tls.key",
  },
  tlsClientCaFile: {
    env: "EVENKEEL_TLS_CLIENT_CA_FILE",
    type: "path",
    optional: true,
    help: "File with the authorities of client certificates (PEM); with it, callers without one are refused.",
    example: "/etc/evenkeel/tls/ca.crt",
  },
} as const;

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);

/** Reads the configuration of the process; throws ConfigInvalid that names all problems. */
export const readConfig = (env: Environment = process.env): CommonConfig & StatusApiConfig => {
  const values = readSettings(settings, env);
  const {
    grpcHost: host,
    grpcPort: port,
    tlsCertFile: certFile,
    tlsClientCaFile: clientCaFile,
    tlsKeyFile: keyFile,
  } = values;
  const problems: string[] = [];
  if ((certFile === undefined) !== (keyFile === undefined)) {
    problems.push("EVENKEEL_TLS_CERT_FILE and EVENKEEL_TLS_KEY_FILE must be set together");
  }
  if (clientCaFile !== undefined && certFile === undefined) {
    problems.push("EVENKEEL_TLS_CLIENT_CA_FILE needs EVENKEEL_TLS_CERT_FILE and EVENKEEL_TLS_KEY_FILE");
  }
  if (certFile === undefined && !isLoopback(host)) {
    problems.push(
      `EVENKEEL_GRPC_HOST ${host} is not loopback: it needs EVENKEEL_TLS_CERT_FILE and EVENKEEL_TLS_KEY_FILE`,
    );
  }
  if (problems.length > 0) throw new ConfigInvalid(problems);
  const tls =
    certFile === undefined || keyFile === undefined
      ? {}
      : { tls: { certFile, keyFile, ...(clientCaFile === undefined ? {} : { clientCaFile }) } };
  return { ...commonConfig("status-api", values), listen: { host, port, ...tls } };
};
