/** What is said where nothing keeps kustomize and helm off the network: in the log, and beside readiness. */
export const openTools = (failed: readonly string[]): string =>
  "NOTHING KEEPS kustomize AND helm OFF THE NETWORK: configurations of kustomize's plugins are refused. " +
  `Tried: ${failed.join("; ")}. Let this process make user namespaces (kernel.unprivileged_userns_clone, ` +
  "user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns) or seccomp filters (perl, x64 or arm64)";
