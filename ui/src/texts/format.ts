//! Dates, times, sizes and counts as the window writes them.

const ZONE = "Europe/Paris";
/** Absent from the bundled fonts; Intl likes it. */
const NARROW = /\u202f/g;

const clockParts = new Intl.DateTimeFormat("fr-FR", {
  timeZone: ZONE,
  hour: "numeric",
  minute: "2-digit",
  hourCycle: "h23",
});
const dayNumbers = new Intl.DateTimeFormat("fr-FR", {
  timeZone: ZONE,
  day: "2-digit",
  month: "2-digit",
  year: "numeric",
});
const dayMonth = new Intl.DateTimeFormat("fr-FR", { timeZone: ZONE, day: "2-digit", month: "2-digit" });
const dayShort = new Intl.DateTimeFormat("fr-FR", { timeZone: ZONE, day: "numeric", month: "short" });
const dayLong = new Intl.DateTimeFormat("fr-FR", {
  timeZone: ZONE,
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});
const dayWritten = new Intl.DateTimeFormat("fr-FR", {
  timeZone: ZONE,
  weekday: "long",
  day: "numeric",
  month: "long",
});
const isoDay = new Intl.DateTimeFormat("sv-SE", {
  timeZone: ZONE,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});
const whole = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 1 });
const twoDecimals = new Intl.NumberFormat("fr-FR", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function clean(text: string): string {
  return text.replace(NARROW, "\u00a0");
}

/** A civil day ("2026-11-20") or an instant as a date; noon keeps a day on its day in Paris. */
function date(value: string | number | Date): Date {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value)
    ? new Date(`${value}T12:00:00Z`)
    : new Date(value);
}

/** "10 h 24". */
export function clock(instant: string | number | Date): string {
  const parts = clockParts.formatToParts(date(instant));
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  return `${Number(part("hour"))}\u00a0h\u00a0${part("minute")}`;
}

/** "20/11/2026". */
export function day(value: string): string {
  return clean(dayNumbers.format(date(value)));
}

/** "11 déc.". */
export function shortDay(value: string): string {
  return clean(dayShort.format(date(value)));
}

/** "vendredi 20 novembre 2026". */
export function longDay(value: string | number | Date): string {
  return clean(dayLong.format(date(value)));
}

function daysBefore(value: string | number | Date, now: number): number {
  const then = Date.parse(isoDay.format(date(value)));
  const today = Date.parse(isoDay.format(now));
  return Math.round((today - then) / 86_400_000);
}

/** "10 h 24" today, "hier 17 h 42", "18/11 à 9 h 05": short enough for a chip. */
export function shortMoment(instant: string, now: number): string {
  const days = daysBefore(instant, now);
  if (days === 0) return clock(instant);
  if (days === 1) return `hier ${clock(instant)}`;
  return `${clean(dayMonth.format(date(instant)))} à ${clock(instant)}`;
}

/** "aujourd’hui à 10 h 24", "hier à 17 h 42", "le 18/11/2026 à 9 h 05". */
export function moment(instant: string, now: number): string {
  const days = daysBefore(instant, now);
  if (days === 0) return `aujourd’hui à ${clock(instant)}`;
  if (days === 1) return `hier à ${clock(instant)}`;
  return `le ${day(instant)} à ${clock(instant)}`;
}

/** "jusqu’à 18 h 00" today, "jusqu’à demain 9 h 00", "jusqu’au 23/11/2026 à 9 h 00". */
export function until(instant: string, now: number): string {
  const days = daysBefore(instant, now);
  if (days === 0) return `jusqu’à ${clock(instant)}`;
  if (days === -1) return `jusqu’à demain ${clock(instant)}`;
  return `jusqu’au ${day(instant)} à ${clock(instant)}`;
}

/** "hier, jeudi 19 novembre, 17 h 42": for the one sentence of the exchanges. */
export function fullMoment(instant: string, now: number): string {
  const days = daysBefore(instant, now);
  if (days === 0) return `aujourd’hui, ${clock(instant)}`;
  const written = clean(dayWritten.format(date(instant)));
  return days === 1 ? `hier, ${written}, ${clock(instant)}` : `${written}, ${clock(instant)}`;
}

export function count(value: number): string {
  return clean(whole.format(value));
}

/** "1 dossier", "2 dossiers". French counts zero as singular. */
export function plural(value: number, one: string, many: string): string {
  return `${count(value)} ${Math.abs(value) < 2 ? one : many}`;
}

const UNITS = ["octets", "Ko", "Mo", "Go", "To"];

/** "146 Mo": decimal units, one digit after the comma below ten. */
export function bytes(value: number | null): string {
  let size = Math.max(0, value ?? 0);
  let unit = 0;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${clean((unit > 0 && size < 10 ? oneDecimal : whole).format(size))}\u00a0${UNITS[unit]}`;
}

/** "12,50" out of a mark in hundredths. */
export function mark(hundredths: number): string {
  return twoDecimals.format(hundredths / 100);
}

/** The first eight signs of a digest, in two groups. */
export function fingerprint(sha256: string): string {
  return `${sha256.slice(0, 4)} ${sha256.slice(4, 8)}`;
}

/** A name as it goes on inside a sentence; "CV" and the like stay as they are. */
export function lowerFirst(text: string): string {
  const [first = "", second = ""] = text;
  return second !== second.toLowerCase() ? text : first.toLowerCase() + text.slice(first.length);
}

/** The same as it begins a sentence. */
export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function fullName(person: { first_name: string; birth_name: string }): string {
  return `${person.first_name} ${person.birth_name}`;
}

/** "NF" out of "Nadia Ferrand". */
export function initials(name: string): string {
  const words = name.split(/[\s-]+/).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return picked.map((word) => word?.[0]?.toUpperCase() ?? "").join("");
}
