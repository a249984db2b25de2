import * as v from 'valibot';

/** What an event of GitHub says of the commits to compare. Every word of it is data. */
export interface CiEvent {
  readonly kind: 'pull request' | 'merge group' | 'push';
  /** The commit before the change; undefined where there is none, as on a new branch. */
  readonly base: string | undefined;
  /** Of a pull request: its last commit. */
  readonly head?: string;
  /** Of a pull request: its number. */
  readonly number?: number;
  /** Of a push: the old commits are no longer in the branch. */
  readonly forced?: boolean;
}

const commit = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/));

const events = v.union([
  v.pipe(
    v.object({
      pull_request: v.object({
        number: v.pipe(v.number(), v.integer(), v.minValue(1)),
        base: v.object({ sha: commit }),
        head: v.object({ sha: commit }),
      }),
    }),
    v.transform(({ pull_request: { number, base, head } }): CiEvent => {
      return { kind: 'pull request', base: base.sha, head: head.sha, number };
    }),
  ),
  v.pipe(
    v.object({ merge_group: v.object({ base_sha: commit }) }),
    v.transform(({ merge_group }): CiEvent => ({ kind: 'merge group', base: merge_group.base_sha })),
  ),
  v.pipe(
    v.object({ before: commit, forced: v.optional(v.boolean()) }),
    v.transform(({ before, forced }): CiEvent => {
      return { kind: 'push', base: /^0+$/.test(before) ? undefined : before, forced: forced === true };
    }),
  ),
]);

/**
 * Reads the text of an event file. Undefined for an event that compares nothing (a schedule, a run by hand); false for
 * a text that is no event at all.
 */
export function readEvent(text: string): CiEvent | undefined | false {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const read = v.safeParse(events, value);
  if (read.success) return read.output;
  return 'pull_request' in value || 'merge_group' in value || 'before' in value ? false : undefined;
}
