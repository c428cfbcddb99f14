import { admissionSpecimens } from "./admission-specimens.ts";
import { networkSpecimens } from "./network-specimens.ts";
import { otherSpecimens } from "./other-specimens.ts";
import { plainSpecimens } from "./plain-specimens.ts";
import { rbacSpecimens } from "./rbac-specimens.ts";
import { serviceSpecimens } from "./service-specimens.ts";
import { systemSpecimens } from "./system-specimens.ts";
import type { Specimen } from "./specimen.ts";

/** One or more of each kind. */
export const allSpecimens: readonly Specimen[] = [
  ...systemSpecimens,
  ...admissionSpecimens,
  ...otherSpecimens,
  ...plainSpecimens,
  ...serviceSpecimens,
  ...rbacSpecimens,
  ...networkSpecimens,
];
