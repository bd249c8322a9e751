// The page before and after a sign-in.

import type { ComponentChildren } from "preact";

import { signIn } from "../app";
import { Notice } from "../parts/basic";

/** The page for those who have signed in, or need not. */
export function SignInGate({ children }: { children: ComponentChildren }) {
  const state = signIn.state.value;
  switch (state.kind) {
    case "none":
    case "signed-in":
      return <>{children}</>;
    case "working":
      return (
        <main>
          <p class="state" role="status">
            Signing in …
          </p>
        </main>
      );
    case "failed":
      return (
        <main class="gate">
          <Notice tone="bad" role="alert" title="You could not be signed in.">
            <p>{state.message}</p>
          </Notice>
          <Again>Try again</Again>
        </main>
      );
    case "signed-out":
      // What the person had on the page stays there: they may need it.
      return state.ended ? (
        <>
          <div class="banner" role="alert">
            <Notice tone="warn" title="Your sign-in has ended. ">
              <Again>Sign in again</Again>
            </Notice>
          </div>
          {children}
        </>
      ) : (
        <main class="gate">
          <h1>You are signed out</h1>
          <Again>Sign in</Again>
        </main>
      );
  }
}

function Again({ children }: { children: ComponentChildren }) {
  return (
    <button type="button" class="primary" onClick={() => void signIn.signIn()}>
      {children}
    </button>
  );
}
