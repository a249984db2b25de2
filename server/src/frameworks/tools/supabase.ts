import { split } from '../../sql/split.js';
import { defineFramework, inFolder, sortedByCharacters } from '../define.js';
import { compareVersions } from '../evidence.js';
import { baseName, directoryOf, type Project, type Section, type TransactionScope } from '../framework.js';
import { numberedPaths } from '../numbers.js';
import { lineAt } from '../sections.js';
import { momentDigits } from '../stamps.js';

const name = /^\d+_.*\.sql$/;

/** From here on, statements that cannot run in a transaction are taken out of the file's, and sent by themselves. */
const takesOut = '2.109.0';
/** From here on the rest is a pipeline again, which it was before 2.109, and DROP INDEX CONCURRENTLY is taken out, too. */
const takesOutDrops = '2.115.0';

const takenOut =
  /^(?:CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY|REINDEX\b[^;]*\sCONCURRENTLY|VACUUM|ALTER\s+SYSTEM|CLUSTER)(?![\w$])/i;
const dropTakenOut = /^DROP\s+INDEX\s+CONCURRENTLY(?![\w$])/i;
const ownTransaction = /^(?:BEGIN|START\s+TRANSACTION|COMMIT|END|ABORT|ROLLBACK(?!\s+(?:\w+\s+)?TO\b))(?![\w$])/i;
const mark = /^-- pg-delta: transaction=false$/;

/** Versions are compared as texts: "10" runs before "2". */
const versionOf = (path: string): string => /^\d+/.exec(baseName(path))?.[0] ?? '';
const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const isFrom = ({ version }: Project, first: string): boolean =>
  version !== undefined && compareVersions(version, first) >= 0;

/**
 * The parts of a file that are sent together. An unknown version is read as the oldest: what runs there runs in all of
 * them, but for DROP INDEX CONCURRENTLY and DO with COMMIT in 2.109 to 2.114. Measured: `npm run frameworks`.
 */
function sectionsOf(text: string, project: Project): Section[] {
  const whole = { start: 0, end: text.length };
  const up = (start: number, end: number, scope: TransactionScope): Section => ({
    direction: 'up',
    span: { start, end },
    scope,
  });
  if (!isFrom(project, takesOut)) return [up(whole.start, whole.end, 'pipeline')];
  const drops = isFrom(project, takesOutDrops);
  const first = lineAt(text, 0);
  if (drops && mark.test(first)) return [{ ...up(whole.start, whole.end, 'none'), mark: first }];
  const scope = drops ? 'pipeline' : 'per-file';
  const isTakenOut = /concurrently|vacuum|alter\s+system|cluster/i.test(text);
  const mayEnd = /\b(?:begin|start|commit|end|abort|rollback)\b/i.test(text);
  if (!isTakenOut && !mayEnd) return [up(whole.start, whole.end, scope)];
  const statements = split(text).pieces.filter(({ kind }) => kind === 'statement');
  const textOf = ({ span }: { span: { start: number; end: number } }): string => text.slice(span.start, span.end);
  if (statements.some((each) => ownTransaction.test(textOf(each)))) return [up(whole.start, whole.end, 'none')];
  const sections: Section[] = [];
  let from = 0;
  for (const statement of statements) {
    const words = textOf(statement);
    if (!takenOut.test(words) && !(drops && dropTakenOut.test(words))) continue;
    if (text.slice(from, statement.span.start).trim() !== '') sections.push(up(from, statement.span.start, scope));
    sections.push(up(statement.span.start, statement.fullEnd, 'none'));
    from = statement.fullEnd;
  }
  if (sections.length === 0 || text.slice(from).trim() !== '') sections.push(up(from, whole.end, scope));
  return sections.map((section, index) => (index === 0 ? section : { ...section, goesOn: true }));
}

/** supabase/cli: pkg/migration/file.go, list.go, apply.go, and since 2.109 legacy-migration-apply.ts. */
export const supabase = defineFramework({
  id: 'supabase',
  title: 'Supabase',
  commands: () => ({ apply: 'supabase db push', named: 'PGAPPNAME' }),
  transaction: 'pipeline',

  recognise(path, files) {
    const root = directoryOf(path);
    const above = directoryOf(root);
    if (baseName(root) !== 'migrations' || baseName(above) !== 'supabase') return undefined;
    const hasConfiguration = files.exists(inFolder(above, 'config.toml'));
    return {
      root,
      because: hasConfiguration ? 'supabase/config.toml is there' : 'it stands in supabase/migrations',
      strength: 2,
      version: files.dependency(root, 'supabase') || undefined,
    };
  },

  directionOf: (path) => (name.test(baseName(path)) ? 'up' : undefined),
  order: (paths) => [...sortedByCharacters(paths)].sort((a, b) => compareTexts(versionOf(a), versionOf(b))),
  read: (_path, text, project) => sectionsOf(text, project),

  outside: ({ version }) => ({
    holds: 'one',
    where: `by itself to a migration of its own, as Supabase ${
      version === undefined
        ? 'sends the statements of a file as one pipeline (before 2.109; which version runs it is not known)'
        : 'sends the other statements of a file together'
    }`,
  }),

  nextPaths: (slugs, place) =>
    numberedPaths(slugs, place, momentDigits(place.now), (version, slug) => `${version}_${slug}.sql`),

  downPath: () => undefined,
});
