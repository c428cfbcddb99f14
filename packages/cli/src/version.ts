/** Version of this program; all parts of the repository carry the same one. */
export const VERSION = "0.1.0";
