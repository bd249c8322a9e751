// Figures as a person reads them. What does not exist is never a zero.

/** What is shown where there is no figure. */
export const NO_DATA = "no data";

/** A whole number with a narrow gap between the thousands. */
export function count(number: number): string {
  return String(Math.round(number)).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}

/** A share between 0 and 1 in percent. One that is not whole is never rounded to 0 or 100. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined) return NO_DATA;
  const rounded = Math.round(share * 1000) / 10;
  if (rounded === 100 && share < 1) return "> 99.9 %";
  if (rounded === 0 && share > 0) return "< 0.1 %";
  return `${Number.isInteger(rounded) ? rounded : rounded.toFixed(1)} %`;
}

/** A mean, with one decimal where it is small. */
export function mean(number: number | null | undefined): string {
  if (number === null || number === undefined) return NO_DATA;
  return number < 10 ? String(Math.round(number * 10) / 10) : count(number);
}

/** `1 operation`, `2 operations`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** Round values for an axis from 0 to at least `highest`. */
export function ticks(highest: number, most = 4): number[] {
  if (highest <= 0) return [0, 1];
  const rough = highest / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((one) => one * power >= rough) ?? 10;
  // Counts have no halves.
  const step = Math.max(1, factor * power);
  const steps = Math.ceil(highest / step);
  return Array.from({ length: steps + 1 }, (_, at) => at * step);
}
