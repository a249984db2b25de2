import type { Tool } from '../contract.js';
import { asFile, build, days, filesOf } from './text.js';

export const dbmate: Tool = {
  name: 'dbmate',
  id: 'dbmate',
  source: { npm: { dbmate: '2.36.0' } },
  files: (changes) =>
    filesOf(changes, ({ version, name, up, down, outside }) => {
      const mark = outside ? ' transaction:false' : '';
      return [
        [
          `db/migrations/${version}_${name}.sql`,
          `-- migrate:up${mark}\n${asFile(up)}\n-- migrate:down${mark}\n${asFile(down)}`,
        ],
      ];
    }),
  up: () => ['dbmate', '--no-dump-schema', '--wait-timeout', '5s', 'migrate'],
  down: () => ['dbmate', '--no-dump-schema', 'rollback'],
  environment: ({ url }) => ({ DATABASE_URL: url }),
  applied: 'SELECT version FROM schema_migrations ORDER BY version',
  versions: days,
  odd: ['1', '10', '2', '20240101000000', '9'],
  hasMark: true,
  traps: [
    {
      fact: 'trap: two pairs of sections in one file',
      files: {
        'db/migrations/1_a.sql':
          '-- migrate:up\nCREATE TABLE one ();\n-- migrate:down\nDROP TABLE one;\n-- migrate:up\nCREATE TABLE two ();\n-- migrate:down\nDROP TABLE two;\n',
      },
      ask: "SELECT to_regclass('one'), to_regclass('two')",
    },
    { fact: 'trap: no way back', files: { 'db/migrations/1_a.sql': '-- migrate:up\nCREATE TABLE one ();\n' } },
    {
      fact: 'trap: comment before the way forward',
      files: { 'db/migrations/1_a.sql': '-- why\n-- migrate:up\nSELECT 1;\n-- migrate:down\n' },
    },
    {
      fact: 'trap: statement before the way forward',
      files: { 'db/migrations/1_a.sql': 'SELECT 1;\n-- migrate:up\nSELECT 1;\n-- migrate:down\n' },
    },
    {
      fact: 'trap: function body',
      files: {
        'db/migrations/1_a.sql':
          '-- migrate:up\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  PERFORM 1;\n  RETURN 1;\nEND;\n$$;\n-- migrate:down\n',
      },
    },
    {
      fact: 'trap: mark of the way forward only in the way back',
      files: { 'db/migrations/1_a.sql': `-- migrate:up\n${build};\n-- migrate:down transaction:false\n` },
    },
    {
      fact: 'trap: comment beside CONCURRENTLY',
      files: {
        'db/migrations/1_a.sql': `-- migrate:up transaction:false\n-- why\n${build};\n-- end\n-- migrate:down\n`,
      },
    },
  ],
};
