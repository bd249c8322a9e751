// A period of time as two fields, and the usual ones as one press.

import { change, route } from "../app";
import { lastDays } from "../lib/period";
import { zone } from "../lib/preferences";
import { fromInput, minute, toInput, zoneName } from "../lib/time";
import { operationName } from "../lib/words";

/** The period that a list is asked for. */
export function periodOf(parameters: Record<string, string>): { from?: string; to?: string } {
  const { from, to } = parameters;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** A filter's value in words: times in the zone that is shown, names as people read them. */
export function filterWords(name: string, value: string): string {
  if (name === "operation") return operationName(value);
  const at = new Date(value);
  const isTime = (name === "from" || name === "to") && !Number.isNaN(at.getTime());
  return isTime ? minute(at, zone.value) : value;
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

/** The last days up to now. Without a period in the address, `usual` is the one that is shown. */
export function LastDays({ choices, usual }: { choices: number[]; usual: string }) {
  const { from, to } = route.value.parameters;
  const present = to === undefined ? (from ?? usual) : undefined;
  return (
    <div class="days" role="group" aria-label="Period">
      {choices.map((days) => {
        const begin = lastDays(days, Date.now());
        return (
          <button
            key={days}
            type="button"
            aria-pressed={present === begin}
            onClick={() => change({ from: begin, to: undefined })}
          >
            {days} days
          </button>
        );
      })}
    </div>
  );
}
