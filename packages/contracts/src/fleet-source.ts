/** The source that is the fleet's own repository: a name that no Repository can have, which tells of all declarations. */
export const FLEET_SOURCE = "_fleet";
