import { commitIn, isBehindHead } from '../../workspace/git.js';
import type { CiEvent } from './event.js';

/** From which commit on migrations are judged. */
export type Base =
  | { readonly since: string | undefined; readonly note?: string }
  /** What is checked out is not what would be merged: a green check would be misread. */
  | { readonly problem: string };

/** Works it out from the event and from what is checked out in the folder. */
export function baseOf(event: CiEvent | undefined, folder: string): Base {
  if (!event) return { since: undefined, note: 'No event says what has changed: all pending migrations are judged.' };
  if (event.kind === 'pull request') return ofPullRequest(event, folder);
  if (event.base === undefined)
    return { since: undefined, note: 'The branch is new: all pending migrations are judged.' };
  if (event.forced === true && !commitIn(folder, event.base))
    return { since: undefined, note: 'The branch was rewritten: all pending migrations are judged.' };
  return { since: event.base };
}

/**
 * GitHub checks out the merge of a pull request with its base as it is now, which may be ahead of the event's: what
 * others have merged since is not of this pull request.
 */
function ofPullRequest({ base, head }: CiEvent, folder: string): Base {
  const here = commitIn(folder, 'HEAD');
  if (here === undefined || here.id === head) return { since: base };
  const [first, second] = here.parents;
  if (second !== undefined && second === head) return { since: first };
  if (head !== undefined && isBehindHead(folder, head)) return { since: base };
  return {
    problem:
      'What is checked out does not hold the pull request, so nothing of it can be judged. It is the base, or a clone that is too shallow: fetch-depth: 0.',
  };
}
