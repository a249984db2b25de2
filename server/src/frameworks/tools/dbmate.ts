import { shellWord } from '../commands.js';
import { type DirectionForm, bothDirections, withWayBack } from '../directions.js';
import { defineFramework, sortedByCharacters } from '../define.js';
import { byDependency, byMark } from '../evidence.js';
import { baseName, directoryOf } from '../framework.js';
import { nextNames } from '../names.js';
import { sectionsByMarks } from '../sections.js';

const option = /\btransaction:false\b/;
const line = (direction: 'up' | 'down', outside: boolean): string =>
  `-- migrate:${direction}${outside ? ' transaction:false' : ''}`;

const form: DirectionForm = {
  marks: { up: /^--\s*migrate:up(?=\s|$)/im, down: /^--\s*migrate:down(?=\s|$)/im },
  file: (up, down) => `${line('up', up.outside)}\n${up.sql}\n${line('down', down.outside)}\n${down.sql}`,
  downLine: (outside) => line('down', outside),
};

/** amacneil/dbmate: pkg/dbmate/migration.go. A section is sent as one query; a transaction is opened around it. */
export const dbmate = defineFramework({
  id: 'dbmate',
  title: 'dbmate',
  commands: ({ root }) => ({
    apply: `dbmate --migrations-dir ${shellWord(root)} migrate`,
    back: `dbmate --migrations-dir ${shellWord(root)} rollback`,
    named: 'PGAPPNAME',
  }),
  transaction: 'per-file',
  recognise: (path, files) =>
    byMark(path, files, /^--[ \t]*migrate:(?:up|down)(?=\s|$).*/im) ??
    (/(?:^|\/)db\/migrations$/.test(directoryOf(path))
      ? byDependency(directoryOf(path), files, ['dbmate'])
      : undefined),
  directionOf: (path) => (/^\d+.*\.sql$/.test(baseName(path)) ? 'up' : undefined),
  order: (paths) => sortedByCharacters(paths),
  read: (_path, text) =>
    sectionsByMarks(text, [form.marks], 'per-file', (mark) =>
      option.test(mark) ? { scope: 'one-query', mark } : undefined,
    ),
  outside: () => ({
    holds: 'one',
    where: 'alone to a migration of its own that begins with -- migrate:up transaction:false',
  }),
  mark: (_path, text) => ({ text: text.replace(form.marks.up, '-- migrate:up transaction:false'), beside: [] }),
  nextPaths: (slugs, place) => nextNames(slugs, place),
  text: (migration) => ({ up: bothDirections(form, migration) }),
  rollback: ({ path, text }, back) => ({ file: { path, text: withWayBack(form, text, back) }, beside: [] }),
});
