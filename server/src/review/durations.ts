import { lockName, type LockMode } from '../impact/locks.js';
import { assumedSize, type Estimate, estimatesOf } from '../sizes/estimate.js';
import { numberWords } from '../sizes/sizes.js';
import { positionsOf } from '../analysis/positions.js';
import { restorePlaceholders } from '../sql/placeholders.js';
import type { AnswerLine } from './questions.js';
import type { ReleaseFile } from './release.js';
import type { Place } from './statements.js';
import type { Verification } from './to-verify.js';

/** How long a statement of a release works on a table that was there before. */
export interface Duration {
  readonly place: Place;
  readonly estimate: Estimate;
}

/** What takes long in a migration, in the order of its statements. The numbers come from the table statistics, or are assumed. */
export function durationsOf({ analysis, name }: ReleaseFile): Duration[] {
  const positions = positionsOf(analysis);
  const found: Duration[] = [];
  analysis.walk((step, before) => {
    if (step.origin === 'function') return;
    const place = { file: name, line: positions.at(step.span.start).line + 1 };
    for (const estimate of estimatesOf(step, before, analysis.config.statistics)) found.push({ place, estimate });
  });
  return found;
}

/** The answer to "How long does it take?", the longest first. */
export function longest(durations: readonly Duration[]): AnswerLine[] {
  if (durations.length === 0) return [{ text: 'Nothing works through a table that was there before.' }];
  return [...durations]
    .sort((one, two) => two.estimate.high - one.estimate.high)
    .map(({ place, estimate }) => ({
      place,
      text: `${sentence(estimate)}${estimate.isAssumed ? `, if it has ${assumedSize}` : ''}.`,
    }));
}

function sentence({ work, table, low, high, mode }: Estimate): string {
  const label = restorePlaceholders(table.label);
  const lock = mode === undefined ? '' : ` under ${lockName(mode)}`;
  return `the ${work} of ${label} takes ${rangeWords(low, high)}${lock}`;
}

/**
 * What bulk changes mean for replicas: a question where nobody knows how large the table is, or where it may keep them
 * behind for longer than the configuration allows (`replicationLagSeconds`).
 */
export function lagsOf(durations: readonly Duration[], limitSeconds: number): Verification[] {
  return durations.flatMap(({ place, estimate }) => {
    const { work, table, rows, walBytes, lagMs, isAssumed, isPartial, basis } = estimate;
    if (work !== 'update' && work !== 'rewrite') return [];
    const isLate = lagMs !== undefined && lagMs.high > limitSeconds * 1000;
    // How many rows a condition leaves is asked where the write is judged.
    if (isAssumed ? isPartial : !isLate) return [];
    const label = restorePlaceholders(table.label);
    const size = `${numberWords(rows)} and about ${byteWords(walBytes)} of WAL`;
    const text = isAssumed
      ? `how far replicas fall behind while ${label} is written. Its size is not known; ${size} if it has so many. More than ${limitSeconds} s is too far`
      : `that replicas may be ${rangeWords(lagMs?.low ?? 0, lagMs?.high ?? 0)} behind while ${label} is written: ${size}, and ${limitSeconds} s are allowed. ${basis}`;
    return [{ categories: ['replication-lag'], ...place, text: text.replace(/\.$/, '') }];
  });
}

/** "under 1 s", "2 s to 14 s", "1 min to 6 min". In: milliseconds. */
export function rangeWords(low: number, high: number): string {
  if (high < 1000) return 'under 1 s';
  return low < 1000 ? `up to ${timeWords(high)}` : `${timeWords(low)} to ${timeWords(high)}`;
}

function timeWords(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** "80 kB", "1.2 GB". */
export function byteWords(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** The lock that is held meanwhile, as the manual writes it. */
export function heldMeanwhile(mode: LockMode | undefined): string {
  return mode === undefined ? '–' : lockName(mode);
}
