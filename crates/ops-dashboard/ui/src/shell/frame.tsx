// The frame of every view: who one is, where one can go, and whether the service answers.

import { useEffect, useRef } from "preact/hooks";

import { isAbort } from "../api/client";
import { client, reachable, route, serviceName, session, signIn } from "../app";
import { isView, Notice, ViewLink } from "../parts/basic";
import { Data, Empty } from "../parts/data";
import { useResource } from "../api/resource";
import type { Session } from "../api/types";
import { theme, zone, type Theme } from "../lib/preferences";
import { zoneName } from "../lib/time";
import { person } from "../lib/words";
import { AuditView } from "../views/audit";
import { FiguresView } from "../views/figures";
import { HelpView } from "../views/help";
import { InstanceView } from "../views/instance";
import { InstancesView } from "../views/instances";
import { InventoryView } from "../views/inventory";
import { OperationView } from "../views/operation";
import { OperationsView } from "../views/operations";
import { RunView } from "../views/run";
import { SignInGate } from "./sign-in";
import { useKeys } from "./keys";

const VIEWS = [
  ["instances", "Instances"],
  ["operations", "Operations"],
  ["audit", "Audit"],
  ["figures", "Figures"],
] as const;

/** The page. */
export function Frame() {
  useKeys();
  return (
    <>
      <a class="skip" href="#main" onClick={focusMain}>
        To the content
      </a>
      <Header />
      {!reachable.value && (
        <div class="banner" role="alert">
          <Notice tone="warn" title="The service can't be reached. ">
            What you see is what it said last. The page asks again by itself.
          </Notice>
        </div>
      )}
      <SignInGate>
        <WithSession />
      </SignInGate>
    </>
  );
}

function focusMain(event: MouseEvent): void {
  event.preventDefault();
  document.querySelector<HTMLElement>("main")?.focus();
}

function Header() {
  return (
    <header class="header">
      <ViewLink path={["instances"]} class="brand">
        {serviceName.value}
      </ViewLink>
      {session.value?.simulated === true && (
        <span class="chip-simulated" title="No request reaches AWS.">
          simulated fleet
        </span>
      )}
      <nav aria-label="Views" class="nav">
        {VIEWS.map(([name, words]) => (
          <a key={name} href={`#/${name}`} aria-current={isWithin(name) ? "page" : undefined}>
            {words}
          </a>
        ))}
      </nav>
      <div class="header-end">
        <button
          type="button"
          class="plain"
          title="The zone in which times are shown"
          onClick={() => (zone.value = zone.value === "utc" ? "local" : "utc")}
        >
          Times: {zone.value === "utc" ? "UTC" : zoneName(new Date(), "local")}
        </button>
        <ThemeChoice />
        <a href="#/help" class="plain" aria-current={isView("help") ? "page" : undefined}>
          Help
        </a>
        <Person />
      </div>
    </header>
  );
}

/** Whether the address names this view, or a page that it leads to. */
function isWithin(name: string): boolean {
  return isView(name) || (name === "instances" && isView("inventory"));
}

function ThemeChoice() {
  const order: Theme[] = ["system", "light", "dark"];
  const next = order[(order.indexOf(theme.value) + 1) % order.length] ?? "system";
  return (
    <button
      type="button"
      class="plain"
      title={`Colours: ${theme.value}. Press for ${next}.`}
      onClick={() => (theme.value = next)}
    >
      Colours: {theme.value}
    </button>
  );
}

function Person() {
  const known = session.value;
  if (known === undefined) return null;
  return (
    <span class="person" title={known.principal}>
      {known.name ?? person(known.principal)}
      {signIn.state.value.kind === "signed-in" && (
        <button type="button" class="plain" onClick={() => void signIn.signOut()}>
          Sign out
        </button>
      )}
    </span>
  );
}

/** The views, once it is known who asks. */
function WithSession() {
  const known = useResource("session", (signal) => client.ask<Session>("session", { signal }));
  const main = useRef<HTMLElement>(null);
  const { data } = known.state.value;
  useEffect(() => {
    if (data !== undefined) session.value = data;
  }, [data]);
  useReachable();
  return (
    <main id="main" ref={main} tabIndex={-1}>
      <Data of={known} what="the session">
        {() => <View />}
      </Data>
    </main>
  );
}

/** Asks for the health of the service now and then, so that a lost connection shows on every view. */
function useReachable(): void {
  const health = useResource(
    "health",
    async (signal) => {
      try {
        await client.ask("healthz", { signal });
        reachable.value = true;
      } catch (error) {
        if (!isAbort(error)) reachable.value = false;
        throw error;
      }
      return true;
    },
    30_000,
  );
  useEffect(() => {
    const lost = () => health.refresh();
    addEventListener("online", lost);
    addEventListener("offline", lost);
    return () => {
      removeEventListener("online", lost);
      removeEventListener("offline", lost);
    };
  }, [health]);
}

function View() {
  const [view, ...rest] = route.value.path;
  const [first, second, third, fourth, fifth] = rest;
  if (view === "operations" && first !== undefined) return <OperationView id={first} key={first} />;
  if (view === "operations") return <OperationsView />;
  if (view === "audit") return <AuditView />;
  if (view === "figures") return <FiguresView />;
  if (view === "inventory" && first === undefined) return <InventoryView />;
  if (view === "help") return <HelpView />;
  if (view === "instances" && first !== undefined && second !== undefined && third !== undefined) {
    const target = { account_id: first, region: second, instance_id: third };
    const key = rest.join("/");
    if (fourth === "run" && fifth !== undefined) {
      return <RunView target={target} operation={fifth} key={key} />;
    }
    return <InstanceView target={target} key={key} />;
  }
  if (view === undefined || (view === "instances" && first === undefined)) return <InstancesView />;
  return (
    <Empty title="There is no such page.">
      <ViewLink path={["instances"]}>To the instances</ViewLink>
    </Empty>
  );
}
