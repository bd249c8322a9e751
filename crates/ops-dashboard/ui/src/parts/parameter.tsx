// A parameter of an operation as a field, made from its schema.

import { useState } from "preact/hooks";

import type { ParameterSchema } from "../api/types";
import { label, problem } from "../lib/schema";
import { Field, Prose } from "./basic";

/** The field. What is wrong is shown once the person has left it, or asked for the preview. */
export function ParameterField(props: {
  name: string;
  schema: ParameterSchema;
  required: boolean;
  text: string;
  isChecked: boolean;
  /** What the service said of it. */
  refused?: string | undefined;
  /** What it would change, where that is known. */
  present?: string | undefined;
  /** Values that fit, as far as they are known. */
  suggestions?: string[];
  edit: (text: string) => void;
}) {
  const { name, schema, text, edit, suggestions = [] } = props;
  const [wasLeft, setLeft] = useState(false);
  if (schema.type === "boolean") {
    return (
      <div class="field">
        <label class="check">
          <input
            type="checkbox"
            checked={text === "true"}
            onChange={(event) => edit(String(event.currentTarget.checked))}
          />
          {label(name)}
        </label>
        <p class="hint">
          <Prose of={schema.description} />
        </p>
      </div>
    );
  }
  const wrong = wasLeft || props.isChecked ? problem(schema, props.required, text) : undefined;
  const shown = wrong ?? props.refused;
  const left = () => setLeft(true);
  const hint = (
    <>
      <Prose of={schema.description} />
      {schema.type === "array" && " One key=value a line."}
      {!props.required && " Optional."}
      {props.present !== undefined && props.present !== "" && ` Now: ${props.present}.`}
    </>
  );
  return (
    <Field label={label(name)} hint={hint} problem={shown}>
      {(described) =>
        schema.type === "array" ? (
          <textarea
            {...described}
            rows={2}
            value={text}
            onInput={(event) => edit(event.currentTarget.value)}
            onBlur={left}
          />
        ) : (
          <>
            <input
              {...described}
              list={suggestions.length > 0 ? `${described.id}-known` : undefined}
              type="text"
              inputMode={schema.type === "integer" ? "numeric" : "text"}
              required={props.required}
              value={text}
              onInput={(event) => edit(event.currentTarget.value)}
              onBlur={left}
              spellcheck={false}
              autocomplete="off"
            />
            {suggestions.length > 0 && (
              <datalist id={`${described.id}-known`}>
                {suggestions.map((it) => (
                  <option key={it} value={it} />
                ))}
              </datalist>
            )}
          </>
        )
      }
    </Field>
  );
}
