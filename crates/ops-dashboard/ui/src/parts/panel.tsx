// An item of a list beside the list.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { ViewLink } from "./basic";
import { ChevronIcon, CloseIcon } from "./icons";

/** An item with ways to those beside it in the list. Escape closes it. */
export function Panel(props: {
  title: string;
  page: string[];
  close: () => void;
  before?: (() => void) | undefined;
  after?: (() => void) | undefined;
  children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === "Escape" && document.querySelector("dialog[open]") === null) props.close();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });
  useEffect(() => heading.current?.focus({ preventScroll: true }), [props.title]);
  return (
    <aside class="panel" aria-label={props.title}>
      <div class="panel-head">
        <h2 ref={heading} tabIndex={-1}>
          {props.title}
        </h2>
        <ViewLink path={props.page}>Open as page</ViewLink>
        <button type="button" class="plain" aria-label="The one before" disabled={!props.before} onClick={props.before}>
          <ChevronIcon to="up" />
        </button>
        <button type="button" class="plain" aria-label="The next one" disabled={!props.after} onClick={props.after}>
          <ChevronIcon to="down" />
        </button>
        <button type="button" class="plain" aria-label="Close" onClick={props.close}>
          <CloseIcon />
        </button>
      </div>
      <div class="panel-body">{props.children}</div>
    </aside>
  );
}
