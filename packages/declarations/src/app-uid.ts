import { sha256Hex } from "@evenkeel/resource";

/**
 * The UID stamped on every object of an application: the first 32 hex digits of SHA-256 over installation id, NUL and
 * the application's `spec.id`. A rename keeps `spec.id` and so the UID.
 */
export const appUid = (installation: string, id: string): string => sha256Hex(`${installation}\0${id}`).slice(0, 32);
