// Filters of a list. Their values are in the address; each that applies is shown with a way out.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { change, route } from "../app";
import { CloseIcon, SearchIcon } from "./icons";

/** How long a person pauses before the list follows what they type, in milliseconds. */
const PAUSE = 250;

/** What a change of a filter also takes away: the place in the list. */
const PLACE = { cursor: undefined, panel: undefined };

/** The text of a filter while it is typed. The list follows after a pause. */
function useTyped(name: string): [string, (text: string) => void] {
  const applied = route.value.parameters[name] ?? "";
  const [text, setText] = useState(applied);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setText(applied), [applied]);
  const type = (typed: string) => {
    setText(typed);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => change({ [name]: typed.trim(), ...PLACE }, "replace"), PAUSE);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return [text, type];
}

/** The search of a view; `/` leads to it. */
export function Search({ label, placeholder, name = "q" }: { label: string; placeholder: string; name?: string }) {
  const [text, type] = useTyped(name);
  return (
    <div class="search">
      <SearchIcon />
      <input
        type="search"
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder={placeholder}
        value={text}
        onInput={(event) => type(event.currentTarget.value)}
        spellcheck={false}
        autocomplete="off"
      />
      <kbd aria-hidden="true">/</kbd>
    </div>
  );
}

export function TextFilter({ name, label, placeholder }: { name: string; label: string; placeholder: string }) {
  const [text, type] = useTyped(name);
  return (
    <label class="filter">
      <span>{label}</span>
      <input
        type="text"
        value={text}
        placeholder={placeholder}
        onInput={(event) => type(event.currentTarget.value)}
        spellcheck={false}
        autocomplete="off"
      />
    </label>
  );
}

/** Something that is shown, too, or is not. */
export function Switch({ name, label }: { name: string; label: string }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={route.value.parameters[name] === "true"}
        onChange={(event) => change({ [name]: event.currentTarget.checked ? "true" : undefined, ...PLACE })}
      />
      {label}
    </label>
  );
}

/** A choice of one value, or of any. */
export function Select(props: {
  name: string;
  label: string;
  options: readonly (string | readonly [string, string])[];
  any?: string;
}) {
  const applied = route.value.parameters[props.name] ?? "";
  const pairs = props.options.map((it) => (typeof it === "string" ? ([it, it] as const) : it));
  const isKnown = applied === "" || pairs.some(([value]) => value === applied);
  return (
    <label class="filter">
      <span>{props.label}</span>
      <select
        value={applied}
        onChange={(event) => change({ [props.name]: event.currentTarget.value, ...PLACE })}
      >
        <option value="">{props.any ?? "any"}</option>
        {!isKnown && <option value={applied}>{applied}</option>}
        {pairs.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Filters that are needed less often. Escape and a press beside it close it. */
export function MoreFilters({ words = "More filters", children }: { words?: string; children: ComponentChildren }) {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const { current } = details;
      if (current?.open !== true) return;
      const isOutside = event.type === "pointerdown" && !current.contains(event.target as Node);
      const isEscape = event instanceof KeyboardEvent && event.key === "Escape";
      if (isOutside || isEscape) current.open = false;
    };
    addEventListener("pointerdown", close);
    addEventListener("keydown", close);
    return () => {
      removeEventListener("pointerdown", close);
      removeEventListener("keydown", close);
    };
  }, []);
  return (
    <details class="more" ref={details}>
      <summary>{words}</summary>
      <div class="more-body">{children}</div>
    </details>
  );
}

/** The filters that apply. */
export function Chips(props: {
  names: Record<string, string>;
  /** A value in words, where the address has a code or a time. */
  show?: (name: string, value: string) => string;
}) {
  const { names, show = (_, value) => value } = props;
  const { parameters } = route.value;
  const applied = Object.keys(names).filter((name) => parameters[name] !== undefined);
  if (applied.length === 0) return null;
  const none = Object.fromEntries(applied.map((name) => [name, undefined]));
  return (
    <ul class="chips" aria-label="Filters that apply">
      {applied.map((name) => (
        <li key={name}>
          <button
            type="button"
            class="chip"
            onClick={() => change({ [name]: undefined, ...PLACE })}
            aria-label={`Take away the filter ${names[name]}: ${show(name, parameters[name] ?? "")}`}
          >
            <span class="chip-name">{names[name]}</span> {show(name, parameters[name] ?? "")}
            <CloseIcon />
          </button>
        </li>
      ))}
      {applied.length > 1 && (
        <li>
          <button type="button" class="link" onClick={() => change({ ...none, ...PLACE })}>
            Clear all
          </button>
        </li>
      )}
    </ul>
  );
}
