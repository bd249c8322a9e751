// Sentences of the service. What it sets in backticks is a name, and is shown as one.

import { Fragment } from "preact";

export function Prose({ text }: { text: string }) {
  return (
    <>
      {text.split("`").map((part, at) =>
        at % 2 === 1 ? <code key={at}>{part}</code> : <Fragment key={at}>{part}</Fragment>,
      )}
    </>
  );
}
