import { defineFramework } from '../define.js';
import { bothDirections, type DirectionForm, withWayBack } from '../directions.js';
import { byMark } from '../evidence.js';
import { baseName } from '../framework.js';
import { byCharacters, leadingNumber, numberedPaths } from '../numbers.js';
import { sectionsByMarks } from '../sections.js';
import { withStatementMarks } from '../statement-marks.js';

const option = /\bnotransaction\b/i;
const line = (direction: 'Up' | 'Down', outside: boolean): string =>
  `-- +migrate ${direction}${outside ? ' notransaction' : ''}`;

const marks = { begin: '-- +migrate StatementBegin', end: '-- +migrate StatementEnd' };

const form: DirectionForm = {
  marks: { up: /^--[ \t]*\+migrate[ \t]+up\b.*/im, down: /^--[ \t]*\+migrate[ \t]+down\b.*/im },
  file: (up, down, newline) => [line('Up', up.outside), up.sql, line('Down', down.outside), down.sql].join(newline),
  downLine: (outside) => line('Down', outside),
  body: (sql) => withStatementMarks(sql, marks),
};

/** rubenv/sql-migrate: sqlparse/sqlparse.go, migrate.go. Statements are sent one by one. */
export const sqlMigrate = defineFramework({
  id: 'sql-migrate',
  title: 'sql-migrate',
  commands: () => ({ apply: 'sql-migrate up -limit=1', back: 'sql-migrate down -limit=1', named: 'PGAPPNAME' }),
  sharesVersions: true,
  transaction: 'per-file',
  statementMarks: marks,
  recognise: (path, files) => byMark(path, files, form.marks.up),
  directionOf: (path) => (/\.sql$/.test(path) ? 'up' : undefined),
  // Two names that begin with a number by those, any other pair by their characters.
  order: (paths) =>
    [...paths].sort((a, b) => {
      const [one, other] = [leadingNumber(a), leadingNumber(b)];
      if (one === undefined || other === undefined || one === other) return byCharacters(baseName(a), baseName(b));
      return one < other ? -1 : 1;
    }),
  read: (_path, text) =>
    sectionsByMarks(text, [form.marks], 'per-file', (mark) =>
      option.test(mark) ? { scope: 'none', mark: mark.trim() } : undefined,
    ),
  outside: () => ({ holds: 'many', where: `to a migration of its own that begins with ${line('Up', true)}` }),
  mark: (_path, text) => ({ text: text.replace(form.marks.up, line('Up', true)), beside: [] }),
  nextPaths(slugs, place) {
    const separators = place.existing.flatMap((path) => /^\d+([-_])/.exec(baseName(path))?.[1] ?? []);
    const separator = separators.at(-1) ?? '-';
    return numberedPaths(slugs, place, '0001', (version, slug) => `${version}${separator}${slug}.sql`);
  },
  downPath: () => undefined,
  text: (migration) => ({ up: bothDirections(form, migration) }),
  rollback: ({ path, text }, back) => ({ file: { path, text: withWayBack(form, text, back) }, beside: [] }),
});
