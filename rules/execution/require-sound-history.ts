import { defineRule, type FileContents, type HistoryPlace, type Report } from '../engine/define-rule.js';

type Message = 'changed' | 'comments' | 'renamed' | 'gone' | 'sameVersion' | 'below' | 'empty';

/** Migration tools remember names, versions and often checksums; what does not agree with them fails in the next deploy. */
export default defineRule({
  meta: {
    id: 'require-sound-history',
    category: 'execution',
    severity: 'warning',
    summary: 'Keep applied migrations as they are, and give each new one a version of its own behind them.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: [],
    messages: {
      changed:
        '{name} is on the default branch already and says something else there. Databases that have run it never see the change, and tools that keep a checksum stop.\nPut the file back and write the change as a new migration.',
      comments:
        '{name} is on the default branch already with other comments or blanks. Tools that keep a checksum of the whole file stop at it.\nPut the comments back as they were.',
      renamed:
        '{old} of the default branch is called {name} here. Where it has run, the tool takes {name} for a new migration and runs it again.\nGive it its old name back.',
      gone: '{old} of the default branch is no longer here. Databases have it, a new one will not.\nPut it back, or replace the whole history by a dump ("schema" in airlock.config.json).',
      sameVersion:
        '{others} and {name} have the same version, {version}. Most tools refuse that or run only one of them.\nGive {name} a version behind the last.',
      below:
        '{name} runs before {other}, which is on the default branch already. Where {other} has run, tools that keep the last version never run {name}, and others stop.\nGive it a version behind the last.',
      empty: '{name} has no statement: it is noted as applied and does nothing.\nDelete it, or write what it is for.',
    },
  },

  checkFile(file) {
    const { place } = file;
    const found: Report<Message>[] = place ? ofPlace(place, file) : [];
    // A way back without a statement is another rule's.
    if (file.statements === 0 && !file.applied && !file.wayBack)
      found.push({
        at: file.head,
        message: 'empty',
        data: { name: file.name },
        // It breaks nothing where it runs.
        severity: 'info',
      });
    return found;
  },
});

function ofPlace(place: HistoryPlace, { name, head }: FileContents): Report<Message>[] {
  const found: Report<Message>[] = [];
  const { changed, sameVersion, runsBefore, gone, version, isNumbered } = place;
  if (changed === 'statements') found.push({ at: head, message: 'changed', data: { name } });
  if (changed === 'comments') found.push({ at: head, message: 'comments', data: { name }, severity: 'info' });
  if (sameVersion.length > 0)
    found.push({ at: head, message: 'sameVersion', data: { name, version, others: sameVersion.join(', ') } });
  // Dates come in late wherever several people work, and most tools that use them run what is missing.
  if (runsBefore !== undefined)
    found.push({
      at: head,
      message: 'below',
      data: { name, other: runsBefore },
      ...(isNumbered ? {} : { severity: 'info' }),
    });
  for (const { name: old, renamedTo } of gone)
    found.push(
      renamedTo === undefined
        ? { at: head, message: 'gone', data: { old } }
        : { at: head, message: 'renamed', data: { old, name: renamedTo } },
    );
  return found;
}
