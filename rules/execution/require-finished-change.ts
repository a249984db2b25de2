import type { Age, OpenEnd } from '../../server/src/schema/open-ends.js';
import { defineRule, type FileContents, type Report } from '../engine/define-rule.js';
import { listed } from '../engine/words.js';

type Message = 'notValid' | 'index' | 'syncTrigger' | 'progressTable' | 'tableAside' | 'columnAside' | 'more';

const messages: Readonly<Record<OpenEnd['kind'], Message>> = {
  'not valid': 'notValid',
  index: 'index',
  'sync trigger': 'syncTrigger',
  'progress table': 'progressTable',
  'table aside': 'tableAside',
  'column aside': 'columnAside',
};

/** So many are said one by one. */
const MOST = 5;

/** Changes in several steps wait for their next release, and are forgotten there. Said once, at the last migration. */
export default defineRule({
  meta: {
    id: 'require-finished-change',
    category: 'execution',
    severity: 'info',
    summary:
      'Finish what earlier migrations have begun: constraints NOT VALID, indexes ON ONLY, columns and tables aside.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: [],
    messages: {
      notValid:
        '{place} adds the {detail} {name} of {table} as NOT VALID{age}, and no migration has validated it: rows from before may break it, and no plan relies on it.\nEnd it in a new migration: {ending}',
      index:
        '{place} makes the index {name} ON ONLY {table}{age}, and no migration has attached one of {detail}: {name} is invalid, and no query uses it.\nBuild an index on each with CONCURRENTLY, then run {ending} for each.',
      syncTrigger:
        '{place} begins to change a column of {table} with the trigger {name}{age}, and no migration has ended that: every write to {table} still fills two columns.\nShip the remaining steps of the split; the last one drops the trigger.',
      progressTable:
        '{place} makes {table}{age}, which keeps how far a backfill of Airlock is, and no migration has dropped it.\nWhen the backfill is done, end it in a new migration: {ending}',
      tableAside:
        '{place} puts {detail} aside as {table}{age}, and no migration has dropped it.\nWhen nobody needs its rows any more, end it in a new migration: {ending}',
      columnAside:
        '{place} puts the column {detail} of {table} aside as {name}{age}, and no migration has dropped it.\nWhen nobody needs its values any more, end it in a new migration: {ending}',
      more: '{count} more changes of earlier migrations are not finished: {names}.\nEnd each in a new migration, or name it under "leave" in the options of this rule.',
    },
  },

  checkFile({ place, openEnds, head, optionsOf }) {
    if (openEnds.length === 0) return [];
    const { leave: left } = optionsOf('require-finished-change');
    const leave: readonly unknown[] = Array.isArray(left) ? left : [];
    const groups = new Map<string, Open[]>();
    for (const end of openEnds) {
      const age = place?.ageOf(end.place.path);
      const isLeft = leave.includes(end.name) || leave.includes(`${end.table}.${end.name}`);
      if (age === undefined || isLeft) continue;
      // What one statement has begun was one decision.
      const key = `${end.kind} ${end.table} ${end.place.path}:${end.place.line}`;
      groups.set(key, [...(groups.get(key) ?? []), { ...end, age }]);
    }
    const open = [...groups.values()];
    const found = open.slice(0, MOST).flatMap((group) => report(group, head) ?? []);
    const rest = open
      .slice(MOST)
      .flat()
      .map(({ name, table }) => (name === table ? name : `${name} of ${table}`));
    if (rest.length > 0)
      found.push({ at: head, message: 'more', data: { count: String(rest.length), names: listed(rest) } });
    return found;
  },
});

type Open = OpenEnd & { readonly age: Age };

/** What is said of things that one statement has begun on one table. */
function report(group: readonly Open[], at: FileContents['head']): Report<Message> | undefined {
  const [first, ...others] = group;
  if (!first) return undefined;
  const { kind, place, name, table, detail, age } = first;
  return {
    at,
    message: messages[kind],
    data: {
      place: `${place.path}:${place.line}`,
      name: others.length > 0 ? `${name} and ${others.length} more` : name,
      table,
      detail,
      age: ago(age),
      ending: group.map(({ ending }) => ending).join(' '),
    },
    ...(kind === 'table aside' || kind === 'column aside' ? { severity: 'hint' as const } : {}),
  };
}

function ago({ migrations, days }: Age): string {
  const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
  const parts = [counted(migrations, 'migration'), ...(days === undefined ? [] : [counted(days, 'day')])];
  return ` ${parts.join(' and ')} ago`;
}
