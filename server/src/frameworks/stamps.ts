import { migrationName, type WritePlace } from './framework.js';

/** A moment as tools write it into names: 20240131120001, in UTC. */
export function momentDigits(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\D/g, '').slice(0, 14);
}

/**
 * Moments for new names: now, and a second later for each more, but always behind all that are there. In: how the names
 * of existing migrations begin is read from their paths. Out: fourteen digits each.
 */
export function nextMoments(count: number, { existing, now }: Pick<WritePlace, 'existing' | 'now'>): string[] {
  let last = now - 1000;
  for (const path of existing) {
    const moment = momentOf(migrationName(path));
    if (moment !== undefined && moment > last) last = moment;
  }
  return Array.from({ length: count }, (_, index) => momentDigits(last + 1000 * (index + 1)));
}

/** The moment with which a name begins, in milliseconds since 1970; undefined for any other name. */
export function momentOf(name: string): number | undefined {
  const [, year, month, day, hour, minute, second] =
    /^[A-Za-z]*(\d{4})-?(\d\d)-?(\d\d)-?T?(\d\d)(\d\d)(\d\d)(?!\d)/.exec(name) ?? [];
  if (year === undefined) return undefined;
  const moment = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return Number.isNaN(moment) || Number(year) < 1990 || Number(year) > 2200 ? undefined : moment;
}

/** Whether the last of the names carries a moment, so that new ones do; so they do where there is none yet. */
export function areMoments(existing: readonly string[]): boolean {
  const last = [...existing].sort().at(-1);
  return last === undefined || momentOf(migrationName(last)) !== undefined;
}
