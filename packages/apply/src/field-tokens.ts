const TOKEN = /\[([^\]]*)\]|([^.[\]]+)/g;

/** A path as a server names it, without the places in lists: those are of the object that it looked at. */
export const fieldTokens = (field: string): readonly string[] =>
  [...field.matchAll(TOKEN)].flatMap(([, inner, plain]) => {
    const token = inner ?? plain ?? "";
    return token === "<nil>" || (inner !== undefined && /^\d+$/.test(inner)) ? [] : [token];
  });

/** Whether a path leads to or through another one. */
export const beginsWith = (path: readonly string[], start: readonly string[]): boolean =>
  start.every((token, index) => path[index] === token);
