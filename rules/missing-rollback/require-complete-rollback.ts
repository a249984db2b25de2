import { defineRule, type FileContents, type Report } from '../engine/define-rule.js';
import { listed } from '../engine/words.js';

/** A way back that leaves half of its migration stops the next deploy: the migration runs again and meets its own remains. */
export default defineRule({
  meta: {
    id: 'require-complete-rollback',
    category: 'missing-rollback',
    severity: 'warning',
    summary: 'Take back in the way back what the migration has done.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: [],
    messages: {
      leaves:
        'Behind this way back {objects} {are} still there: when the migration is run again, it meets what it has left.\nTake {it} back as well.',
      misses:
        'This way back does not bring back {objects}, which the migration takes away: code of the release before does not find {it}.\nMake {it} again, or say in a comment why not.',
      stays:
        'Behind this way back {objects} {are} as the migration has made {it}: the schema is not that of the release before.\nSet {it} back as well, or say in a comment why not.',
      empty:
        'This way back does nothing: going back leaves all that {name} has done.\nWrite what takes it back, or say in a comment why nothing does.',
    },
  },

  checkFile(file) {
    const { wayBack, head, name } = file;
    if (!wayBack) return undefined;
    const found: Report<'leaves' | 'misses' | 'stays' | 'empty'>[] = [];
    const { isEmpty, leaves, misses, stays } = wayBack;
    if (isEmpty) found.push({ at: head, message: 'empty', data: { name }, severity: 'info' });
    if (leaves.length > 0) found.push({ at: head, message: 'leaves', data: words(leaves), ...mild(file) });
    // What is lost is lost; the empty table may be of no use to anybody.
    if (misses.length > 0) found.push({ at: head, message: 'misses', data: words(misses), severity: 'info' });
    if (stays.length > 0) found.push({ at: head, message: 'stays', data: words(stays), severity: 'info' });
    return found;
  },
});

/** A file that has run cannot be made better for those who run it now. */
function mild({ applied }: FileContents): { severity?: 'info' } {
  return applied ? { severity: 'info' } : {};
}

function words(objects: readonly string[]): { objects: string; are: string; it: string } {
  const isOne = objects.length === 1;
  return { objects: listed(objects), are: isOne ? 'is' : 'are', it: isOne ? 'it' : 'them' };
}
