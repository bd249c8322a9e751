// A browser notification when an operation has ended. A person asks for it while they wait; it
// comes only while the page is hidden.

/** What a browser offers. */
export type Permission = "unsupported" | "ask" | "granted" | "denied";

export function permission(): Permission {
  if (typeof Notification === "undefined") return "unsupported";
  return Notification.permission === "default" ? "ask" : Notification.permission;
}

/** Asks the person, where they have not answered yet. */
export async function askPermission(): Promise<Permission> {
  if (permission() === "ask") await Notification.requestPermission();
  return permission();
}

/** Shows it, once for each operation however many tabs follow it. A press leads to the page. */
export function notify(id: string, title: string, body: string): void {
  if (permission() !== "granted" || !document.hidden) return;
  const shown = new Notification(title, { body, tag: `rds-ops.${id}` });
  shown.onclick = () => {
    focus();
    shown.close();
  };
}
