/** A float64 as Go's `%v` prints it: the shortest digits, with an exponent (of two digits) below 1e-4 and from 1e6. */
export const goFloat = (value: number): string => {
  if (!Number.isFinite(value) || value === 0) return String(value);
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
};
