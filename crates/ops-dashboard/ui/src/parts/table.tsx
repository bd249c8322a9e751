// A table whose rows can be gone through with the keyboard.

import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

import { ChevronIcon } from "./icons";

export interface Column<T> {
  key: string;
  head: string;
  cell: (row: T) => ComponentChildren;
  /** The parameter of a list that sorts by it. */
  sort?: string;
  /** Where it is shown: everywhere, or where there is room. */
  room?: "wide" | "medium";
  numeric?: boolean;
}

/** Rows under their columns. Arrows, Home and End move between rows; Enter opens one. */
export function Table<T>(props: {
  caption: string;
  columns: Column<T>[];
  rows: T[];
  keyOf: (row: T) => string;
  open?: (row: T) => void;
  selected?: string | undefined;
  /** A class of the row, e.g. for one that no longer matches. */
  classOf?: (row: T) => string | undefined;
  sort?: string | undefined;
  onSort?: (sort: string) => void;
}) {
  const body = useRef<HTMLTableSectionElement>(null);
  const move = (event: KeyboardEvent, row: T) => {
    if (event.target !== event.currentTarget) return;
    const rows = [...(body.current?.rows ?? [])];
    const at = rows.indexOf(event.currentTarget as HTMLTableRowElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      rows[to]?.focus();
    } else if (event.key === "Enter" && props.open !== undefined) {
      event.preventDefault();
      props.open(row);
    }
  };
  const click = (event: MouseEvent, row: T) => {
    const onControl = (event.target as Element).closest("a, button, input, summary");
    if (onControl === null && getSelection()?.isCollapsed !== false) props.open?.(row);
  };
  return (
    <div class="table-frame" role="group" aria-label={props.caption} tabIndex={props.open === undefined ? 0 : -1}>
      <table class={props.open === undefined ? "table" : "table opens"}>
        <caption class="hidden">{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <Head key={column.key} column={column} sort={props.sort} onSort={props.onSort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {props.rows.map((row) => {
            const key = props.keyOf(row);
            return (
              <tr
                key={key}
                tabIndex={props.open === undefined ? undefined : 0}
                class={key === props.selected ? "selected" : props.classOf?.(row)}
                onKeyDown={(event) => move(event, row)}
                onClick={(event) => click(event, row)}
              >
                {props.columns.map((column) => (
                  <td key={column.key} class={classes(column)}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Head<T>(props: {
  column: Column<T>;
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
}) {
  const { column, sort, onSort } = props;
  if (column.sort === undefined || onSort === undefined) {
    return (
      <th scope="col" class={classes(column)}>
        {column.head}
      </th>
    );
  }
  const isUp = sort === column.sort;
  const isDown = sort === `-${column.sort}`;
  const next = isUp ? `-${column.sort}` : column.sort;
  return (
    <th
      scope="col"
      class={classes(column)}
      aria-sort={isUp ? "ascending" : isDown ? "descending" : "none"}
    >
      <button type="button" class="sort" onClick={() => onSort(next)}>
        {column.head}
        {(isUp || isDown) && <ChevronIcon to={isUp ? "up" : "down"} />}
      </button>
    </th>
  );
}

function classes<T>(column: Column<T>): string {
  return [column.room ?? "", column.numeric ? "number" : ""].join(" ").trim();
}
