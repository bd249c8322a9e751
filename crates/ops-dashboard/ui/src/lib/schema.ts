// Checks of a parameter while a person types. The server decides; the words are the server's.

import type { Json, ParameterSchema, ParametersSchema } from "../api/types";

/** The fields of a form as they are typed, by parameter. */
export type Fields = Record<string, string>;

/** What is wrong with a field; `undefined` where nothing is. */
export function problem(schema: ParameterSchema, required: boolean, text: string): string | undefined {
  if (text === "") return required ? "is required" : undefined;
  const read = value(schema, text);
  if (read === undefined) return expected(schema);
  if (typeof read === "string" && !fitsText(schema, read)) return expected(schema);
  if (typeof read === "number" && !fitsNumber(schema, read)) return expected(schema);
  return undefined;
}

/** Whether a parameter must be given. */
export function isRequired(schema: ParametersSchema, name: string): boolean {
  return schema.required?.includes(name) === true;
}

/** Everything that is wrong with a form, by parameter. */
export function problems(schema: ParametersSchema, fields: Fields): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, one] of Object.entries(schema.properties)) {
    const wrong = problem(one, isRequired(schema, name), fields[name] ?? "");
    if (wrong !== undefined) found[name] = wrong;
  }
  return found;
}

/** The parameters that the fields mean. What is left out is not sent. */
export function parameters(schema: ParametersSchema, fields: Fields): Record<string, Json> {
  const sent: Record<string, Json> = {};
  for (const [name, one] of Object.entries(schema.properties)) {
    const text = fields[name] ?? "";
    const read = text === "" ? undefined : value(one, text);
    if (read !== undefined) sent[name] = read;
  }
  return sent;
}

/** The fields that these parameters are typed as. */
export function fieldsOf(schema: ParametersSchema, given: Record<string, Json>): Fields {
  const fields: Fields = {};
  for (const [name, one] of Object.entries(schema.properties)) {
    const known = given[name];
    if (known === undefined || known === null) continue;
    fields[name] = one.type === "array" ? lines(known) : String(known);
  }
  return fields;
}

/** A parameter's name as a label: `snapshot_id` is `Snapshot id`. */
export function label(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The value that a field means; `undefined` where it means none. Tags are lines of `key=value`. */
function value(schema: ParameterSchema, text: string): Json | undefined {
  switch (schema.type) {
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "integer":
      return /^-?[0-9]+$/.test(text.trim()) ? Number(text) : undefined;
    case "array":
      return tags(text);
    default:
      return text;
  }
}

function tags(text: string): Json | undefined {
  const pairs = text.split("\n").filter((line) => line.trim() !== "");
  const read = pairs.map((line) => {
    const [key = "", rest] = line.split(/=(.*)/s);
    return rest === undefined ? undefined : { Key: key.trim(), Value: rest.trim() };
  });
  return read.includes(undefined) ? undefined : (read as Json);
}

function lines(known: Json): string {
  if (!Array.isArray(known)) return "";
  const pair = (tag: Json) => {
    const { Key, Value } = tag as { Key: string; Value: string };
    return `${Key}=${Value}`;
  };
  return known.map(pair).join("\n");
}

function fitsText(schema: ParameterSchema, text: string): boolean {
  const { length } = [...text];
  return (
    length >= (schema.minLength ?? 0) &&
    length <= (schema.maxLength ?? Infinity) &&
    (schema.pattern === undefined || new RegExp(schema.pattern, "u").test(text))
  );
}

function fitsNumber(schema: ParameterSchema, number: number): boolean {
  return number >= (schema.minimum ?? -Infinity) && number <= (schema.maximum ?? Infinity);
}

function expected(schema: ParameterSchema): string {
  // The server's words for a list are about JSON, and the field has lines.
  if (schema.type === "array") return "must have key=value on each line";
  if (schema["x-expected"] !== undefined) return schema["x-expected"];
  switch (schema.type) {
    case "boolean":
      return "must be true or false";
    case "integer":
      return `must be a whole number from ${schema.minimum} to ${schema.maximum}`;
    default:
      return "does not have the form that is expected";
  }
}
