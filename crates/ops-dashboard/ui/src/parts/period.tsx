// A period of time as two fields, and the usual ones as one press.

import { change, route } from "../app";
import { zone } from "../lib/preferences";
import { fromInput, toInput, zoneName } from "../lib/time";

const DAY = 86_400_000;

/** The period that a list is asked for. */
export function periodOf(parameters: Record<string, string>): { from?: string; to?: string } {
  const { from, to } = parameters;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** From and to, in the zone in which times are shown. */
export function Period() {
  const zoneWords = zone.value === "utc" ? "UTC" : zoneName(new Date(), "local");
  return (
    <>
      <Edge name="from" label={`From (${zoneWords})`} />
      <Edge name="to" label={`To (${zoneWords})`} />
    </>
  );
}

function Edge({ name, label }: { name: "from" | "to"; label: string }) {
  const given = route.value.parameters[name];
  const at = given === undefined ? undefined : new Date(given);
  const shown = at === undefined || Number.isNaN(at.getTime()) ? "" : toInput(at, zone.value);
  return (
    <label class="filter">
      <span>{label}</span>
      <input
        type="datetime-local"
        value={shown}
        onChange={(event) =>
          change({ [name]: fromInput(event.currentTarget.value, zone.value), cursor: undefined })
        }
      />
    </label>
  );
}

/** The last days up to now. */
export function LastDays({ choices }: { choices: number[] }) {
  const { from, to } = route.value.parameters;
  const days = (count: number) => new Date(Date.now() - count * DAY).toISOString().slice(0, 10);
  return (
    <div class="days" role="group" aria-label="Period">
      {choices.map((count) => (
        <button
          key={count}
          type="button"
          aria-pressed={to === undefined && from === days(count)}
          onClick={() => change({ from: days(count), to: undefined })}
        >
          {count} days
        </button>
      ))}
    </div>
  );
}
