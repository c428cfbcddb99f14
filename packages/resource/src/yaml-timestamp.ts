const FORM =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?(Z|[-+]\d{2}:\d{2}))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?))?$/;

/**
 * The RFC 3339 form that Go's YAML reader gives a plain scalar in one of its four date forms (nanoseconds, trailing
 * zeros dropped, a date alone at midnight UTC); undefined if it is no date.
 */
export const readTimestamp = (text: string): string | undefined => {
  const found = FORM.exec(text);
  if (found === null) return undefined;
  const [, year = "", month = "", day = ""] = found;
  const hour = found[4] ?? found[9] ?? "0";
  const minute = found[5] ?? found[10] ?? "0";
  const second = found[6] ?? found[11] ?? "0";
  const fraction = (found[7] ?? found[12] ?? "").slice(1, 10).replace(/0+$/, "");
  const zone = found[8] ?? "Z";
  if (!isDay(Number(year), Number(month), Number(day))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (zone !== "Z" && (Number(zone.slice(1, 3)) > 24 || Number(zone.slice(4)) > 59)) return undefined;
  const two = (digits: string): string => digits.padStart(2, "0");
  const time = `${two(hour)}:${two(minute)}:${two(second)}${fraction === "" ? "" : `.${fraction}`}`;
  return `${year}-${two(month)}-${two(day)}T${time}${/^[-+]00:00$/.test(zone) ? "Z" : zone}`;
};

const isDay = (year: number, month: number, day: number): boolean => {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
};
