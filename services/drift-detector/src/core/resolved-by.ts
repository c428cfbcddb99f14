/** How a drift ended: by our own apply after its onset (managedFields count whole seconds), else by another hand. */
export const resolvedBy = (ownTime: string, onset: Date): "corrected" | "reverted" => {
  const applied = Date.parse(ownTime);
  return !Number.isNaN(applied) && applied >= Math.floor(onset.getTime() / 1000) * 1000 ? "corrected" : "reverted";
};
