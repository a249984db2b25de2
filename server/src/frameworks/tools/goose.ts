import { shellWord } from '../commands.js';
import { defineFramework, inFolder } from '../define.js';
import { type DirectionForm, bothDirections, withWayBack } from '../directions.js';
import { byDependency, byMark } from '../evidence.js';
import { baseName, directoryOf } from '../framework.js';
import { sectionsByMarks } from '../sections.js';
import { areMoments, nextMoments } from '../stamps.js';
import { withStatementMarks } from '../statement-marks.js';
import { namesBehind } from '../version.js';

const noTransaction = /^--[ \t]*\+goose[ \t]+no[ \t]+transaction\b/im;

const marks = { begin: '-- +goose StatementBegin', end: '-- +goose StatementEnd' };

const form: DirectionForm = {
  marks: { up: /^--[ \t]*\+goose[ \t]+up\b/im, down: /^--[ \t]*\+goose[ \t]+down\b/im },
  // The mark holds for the whole file, in both directions.
  file: (up, down) =>
    `${up.outside || down.outside ? '-- +goose NO TRANSACTION\n' : ''}-- +goose Up\n${up.sql}\n-- +goose Down\n${down.sql}`,
  downLine: () => '-- +goose Down',
  body: (sql) => withStatementMarks(sql, marks),
};

/** pressly/goose: internal/sqlparser/parser.go, create.go, migration_sql.go. */
export const goose = defineFramework({
  id: 'goose',
  title: 'goose',
  commands: ({ root, version }) => {
    const goose = `goose -dir ${shellWord(root)} postgres "$DATABASE_URL"`;
    return { apply: `${goose} up-to ${version}`, back: `${goose} down`, named: 'PGAPPNAME' };
  },
  transaction: 'per-file',
  statementMarks: marks,
  recognise: (path, files) =>
    byMark(path, files, /^--[ \t]*\+goose[ \t]+(?:up|no[ \t]+transaction)\b.*/im) ??
    (/^\d+_.*\.sql$/.test(baseName(path)) ? byDependency(directoryOf(path), files, ['pressly/goose']) : undefined),
  directionOf: (path) => (/^\d+_.*\.sql$/i.test(baseName(path)) ? 'up' : undefined),
  read(_path, text) {
    const mark = noTransaction.exec(text)?.[0];
    return mark === undefined
      ? sectionsByMarks(text, [form.marks], 'per-file')
      : sectionsByMarks(text, [form.marks], 'none', () => ({ scope: 'none', mark }));
  },
  outside: () => ({ holds: 'many', where: 'to a migration of its own that begins with -- +goose NO TRANSACTION' }),
  mark: (_path, text) => ({ text: noTransaction.test(text) ? text : `-- +goose NO TRANSACTION\n${text}`, beside: [] }),
  nextPaths(slugs, { existing, directory, now }) {
    if (!areMoments(existing)) {
      const nameOf = namesBehind(existing.map(baseName));
      return slugs.map((slug) => inFolder(directory, nameOf(slug)));
    }
    const moments = nextMoments(slugs.length, { existing, now });
    return slugs.map((slug, index) => inFolder(directory, `${moments[index]}_${slug}.sql`));
  },
  text: (migration) => ({ up: bothDirections(form, migration) }),
  rollback: ({ path, text }, back) => ({
    file: {
      path,
      text: withWayBack(
        form,
        back.outside && !noTransaction.test(text) ? `-- +goose NO TRANSACTION\n${text}` : text,
        back,
      ),
    },
    beside: [],
  }),
});
