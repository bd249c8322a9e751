// Times as people read them. Each names its zone.

/** In which zone times are shown. */
export type Zone = "local" | "utc";

/** What a time is to its reader. */
export type Surface =
  /** Something that is under way: how long ago. */
  | "queue"
  /** Something whose age counts, however long ago it was. */
  | "age"
  /** Something that has happened: to the second. */
  | "history"
  /** Something that is to come: when, and in how long. */
  | "future";

/** A time on a surface, in words. */
export function shown(at: Date, surface: Surface, zone: Zone, now: Date): string {
  switch (surface) {
    case "queue":
      return Math.abs(now.getTime() - at.getTime()) < DAY ? relative(at, now) : minute(at, zone);
    case "age":
      return relative(at, now);
    case "history":
      return absolute(at, zone);
    case "future":
      return `${minute(at, zone)} (${relative(at, now)})`;
  }
}

/** `2026-11-27 13:04:05 GMT+1`. */
export function absolute(at: Date, zone: Zone): string {
  const { date, time } = parts(at, zone);
  return `${date} ${time} ${zoneName(at, zone)}`;
}

/** `2026-11-27 13:04 GMT+1`. */
export function minute(at: Date, zone: Zone): string {
  const { date, time } = parts(at, zone);
  return `${date} ${time.slice(0, 5)} ${zoneName(at, zone)}`;
}

/** `3 min ago`, `in 2 h`. */
export function relative(at: Date, now: Date): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const distance = Math.abs(seconds);
  if (distance < 5) return "now";
  const text =
    distance < 60
      ? `${distance} s`
      : distance < 3600
        ? `${Math.round(distance / 60)} min`
        : distance < 48 * 3600
          ? `${Math.round(distance / 3600)} h`
          : `${Math.round(distance / 86_400)} days`;
  return seconds < 0 ? `${text} ago` : `in ${text}`;
}

/** `41 s`, `2 min 5 s`, `1 h 20 min`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${(Math.round(seconds * 10) / 10).toString()} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return join(Math.floor(whole / 60), "min", whole % 60, "s");
  const minutes = Math.round(whole / 60);
  return join(Math.floor(minutes / 60), "h", minutes % 60, "min");
}

/** What an input of the type `datetime-local` shows for a time. */
export function toInput(at: Date, zone: Zone): string {
  const { date, time } = parts(at, zone);
  return `${date}T${time.slice(0, 5)}`;
}

/** The time that such an input means, in RFC 3339; `undefined` for none. */
export function fromInput(text: string, zone: Zone): string | undefined {
  if (text === "") return undefined;
  const at = new Date(zone === "utc" ? `${text}Z` : text);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString().replace(".000", "");
}

/** The zone's name at this time, e.g. `UTC` or `GMT+1`. */
export function zoneName(at: Date, zone: Zone): string {
  if (zone === "utc") return "UTC";
  const named = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" }).formatToParts(at);
  return named.find((part) => part.type === "timeZoneName")?.value ?? "local";
}

const DAY = 86_400_000;

function parts(at: Date, zone: Zone): { date: string; time: string } {
  const shift = zone === "utc" ? 0 : at.getTimezoneOffset() * 60_000;
  const text = new Date(at.getTime() - shift).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 19) };
}

function join(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}
