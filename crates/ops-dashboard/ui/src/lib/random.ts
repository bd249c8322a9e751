// Random texts. `crypto.randomUUID` is for secure contexts only, and a page over plain HTTP from
// another machine is none (W3C, Web Cryptography API).

/** 32 random hexadecimal digits. */
export function randomText(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
