// Small pictures. They stand beside words and say nothing of their own.

import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {children}
    </svg>
  );
}

/** The shape of a status: shapes differ where colours do. */
export function StatusShape({ tone }: { tone: Tone }) {
  switch (tone) {
    case "good":
      return (
        <Icon>
          <circle cx="8" cy="8" r="4.5" fill="currentColor" />
        </Icon>
      );
    case "busy":
      return (
        <Icon>
          <circle cx="8" cy="8" r="4" fill="none" stroke="currentColor" stroke-width="2.2" stroke-dasharray="16 9" />
        </Icon>
      );
    case "bad":
      return (
        <Icon>
          <path d="M8 2.5 14 13H2z" fill="currentColor" />
        </Icon>
      );
    case "warn":
      return (
        <Icon>
          <path d="M8 2.5 13.5 8 8 13.5 2.5 8z" fill="currentColor" />
        </Icon>
      );
    case "quiet":
      return (
        <Icon>
          <rect x="4" y="4" width="8" height="8" rx="1" fill="none" stroke="currentColor" stroke-width="1.8" />
        </Icon>
      );
  }
}

/** What a status means for the person who reads it. */
export type Tone = "good" | "busy" | "warn" | "bad" | "quiet";

export function SearchIcon() {
  return (
    <Icon>
      <circle cx="7" cy="7" r="4.2" fill="none" stroke="currentColor" stroke-width="1.6" />
      <path d="m10.2 10.2 3.6 3.6" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" />
    </Icon>
  );
}

export function CloseIcon() {
  return (
    <Icon>
      <path d="m4 4 8 8m0-8-8 8" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" />
    </Icon>
  );
}

export function CopyIcon() {
  return (
    <Icon>
      <rect x="5.5" y="5.5" width="7.5" height="8" rx="1.2" fill="none" stroke="currentColor" stroke-width="1.4" />
      <path d="M10.5 3H4.2A1.2 1.2 0 0 0 3 4.2v6.3" fill="none" stroke="currentColor" stroke-width="1.4" />
    </Icon>
  );
}

export function ChevronIcon({ to }: { to: "up" | "down" | "left" | "right" }) {
  const turn = { right: 0, down: 90, left: 180, up: 270 }[to];
  return (
    <Icon>
      <path
        d="m6 3.5 4.5 4.5L6 12.5"
        fill="none"
        stroke="currentColor"
        stroke-width="1.7"
        stroke-linecap="round"
        stroke-linejoin="round"
        transform={`rotate(${turn} 8 8)`}
      />
    </Icon>
  );
}

export function LockIcon() {
  return (
    <Icon>
      <rect x="3" y="7" width="10" height="6.5" rx="1.2" fill="currentColor" />
      <path d="M5.2 7V5a2.8 2.8 0 0 1 5.6 0v2" fill="none" stroke="currentColor" stroke-width="1.6" />
    </Icon>
  );
}
