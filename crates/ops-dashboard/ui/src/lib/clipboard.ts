// The clipboard, also where the page came over plain HTTP from another machine: such a page is no
// secure context, and browsers give it no `navigator.clipboard` (W3C, Clipboard API and events).

/** Puts a text onto the clipboard; `false` where the browser does not allow it. */
export async function copyText(text: string): Promise<boolean> {
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard === undefined) return copySelection(text);
  return clipboard.writeText(text).then(
    () => true,
    () => copySelection(text),
  );
}

/** Copies what is selected in a field that nobody sees. */
function copySelection(text: string): boolean {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.className = "hidden";
  field.value = text;
  document.body.append(field);
  field.select();
  const isDone = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return isDone;
}
