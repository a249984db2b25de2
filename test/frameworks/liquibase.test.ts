import assert from 'node:assert/strict';
import { liquibase } from '../../server/src/frameworks/tools/liquibase.js';
import { checkTool, concurrentIndex, MemoryProject, now, projectOf } from './support/tool-case.js';

const first = `--liquibase formatted sql

--changeset ann:orders
CREATE TABLE orders (id bigint);
--rollback DROP TABLE orders;

--changeset ann:orders_index
CREATE INDEX orders_id ON orders (id)
--rollback DROP INDEX orders_id;
`;
const index = `--liquibase formatted sql
--changeset runInTransaction:false ann:index
CREATE INDEX CONCURRENTLY orders_x ON orders (id);
--rollback empty
`;
const last = '--liquibase formatted sql\n\n--changeset ann:last\nSELECT 1;\n--rollback not required\n';
const master = `databaseChangeLog:
  - include:
      file: db/changelog/2.2-orders.sql
  - include:
      file: db/changelog/2.2.1-index.sql
  - include:
      file: db/changelog/3.0-last.sql
`;

describe('Liquibase', () => {
  checkTool(liquibase, {
    files: {
      '/app/src/db/changelog/db.changelog-master.yaml': master,
      '/app/src/db/changelog/2.2-orders.sql': first,
      '/app/src/db/changelog/2.2.1-index.sql': index,
      '/app/src/db/changelog/3.0-last.sql': last,
    },
    root: '/app/src/db/changelog',
    because: '--liquibase formatted sql',
    order: [
      '/app/src/db/changelog/2.2-orders.sql',
      '/app/src/db/changelog/2.2.1-index.sql',
      '/app/src/db/changelog/3.0-last.sql',
    ],
    sections: {
      '/app/src/db/changelog/2.2-orders.sql': [
        ['up', 'per-file'],
        ['down', 'per-file'],
        ['up', 'per-file'],
        ['down', 'per-file'],
      ],
      // "empty" is no SQL; the attribute counts before the id as well.
      '/app/src/db/changelog/2.2.1-index.sql': [['up', 'none', 'runInTransaction:false']],
      '/app/src/db/changelog/3.0-last.sql': [['up', 'per-file']],
    },
    holds: 'many',
    next: ['/app/src/db/changelog/3.1-one.sql', '/app/src/db/changelog/3.2-two.sql'],
    written: {
      '/app/src/db/changelog/3.1-index_orders.sql': `--liquibase formatted sql

--changeset ann:index_orders runInTransaction:false
CREATE INDEX CONCURRENTLY orders_at ON orders (at);
--rollback DROP INDEX CONCURRENTLY IF EXISTS orders_at;
`,
      '/app/src/db/changelog/db.changelog-master.yaml': `${master}  - include:
      file: db/changelog/3.1-index_orders.sql
`,
    },
    rollback: {
      '/app/src/db/changelog/3.0-last.sql': last.replace('--rollback not required', '--rollback DROP TABLE orders;'),
    },
    silent: [{ files: { '/app/src/db/1-a.sql': '-- not --liquibase formatted sql\nSELECT 1;\n' } }],
  });

  it('reads the order of includes in XML, by folder and by file, from where the class path begins', () => {
    const header = '--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n';
    const files = new MemoryProject({
      '/app/res/migrations.xml': `<databaseChangeLog>
  <include file="changes/z.sql" relativeToChangelogFile="true"/>
  <includeAll path="changes/all"/>
  <include file="res/changes/a.sql"/>
</databaseChangeLog>
`,
      '/app/res/changes/a.sql': header,
      '/app/res/changes/z.sql': header,
      '/app/res/changes/all/2.sql': header,
      '/app/res/changes/all/10.sql': header,
    });
    const paths = ['a.sql', 'all/10.sql', 'all/2.sql', 'z.sql'].map((name) => `/app/res/changes/${name}`);
    const project = projectOf(liquibase, '/app/res/changes/a.sql', files);
    assert.deepEqual(
      liquibase.order(paths, project).map((path) => path.slice('/app/res/changes/'.length)),
      ['z.sql', 'all/10.sql', 'all/2.sql', 'a.sql'],
    );
    const place = { project, existing: ['/app/res/changes/z.sql'], directory: '/app/res/changes', now };
    const [made] = liquibase.write([{ ...concurrentIndex, slug: 'y' }], place);
    assert.match(made?.beside[0]?.text ?? '', /a\.sql"\/>\n {2}<include file="res\/changes\/0001_y\.sql"\/>\n<\//);
  });

  it('writes at the end of a file that is the changelog itself', () => {
    const path = '/app/changelog.sql';
    const files = new MemoryProject({ [path]: last });
    const project = projectOf(liquibase, path, files);
    const place = { project, existing: [path], directory: '/app', now };
    const made = liquibase.write([concurrentIndex, { ...concurrentIndex, slug: 'again' }], place);
    assert.deepEqual(
      made.map(({ up }) => up.path),
      [path, path],
    );
    assert.ok(made[1]?.up.text.startsWith(made[0]?.up.text.trimEnd() ?? '-'));
    assert.match(made[1]?.up.text ?? '', /ann:last[\s\S]*ann:index_orders[\s\S]*ann:again runInTransaction:false/);
  });

  it('does not let a body be cut at its semicolons', () => {
    const path = '/app/changelog.sql';
    const project = projectOf(liquibase, path, new MemoryProject({ [path]: last }));
    const up = 'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;\n';
    const place = { project, existing: [path], directory: '/app', now };
    const [made] = liquibase.write([{ slug: 'f', up, down: undefined, outside: false, downOutside: false }], place);
    assert.match(made?.up.text ?? '', /--changeset ann:f splitStatements:false\n/);
  });

  it('gives each body a changeset of its own, and the way back to the last', () => {
    const path = '/app/changelog.sql';
    const project = projectOf(liquibase, path, new MemoryProject({ [path]: last }));
    const up = "SET lock_timeout = '5s';\n-- why\nDO $$ BEGIN PERFORM 1; END $$;\nSELECT 2;\nSELECT 3;\n";
    const down = '-- Takes it back.\nSELECT 4;\n';
    const place = { project, existing: [path], directory: '/app', now };
    const [made] = liquibase.write([{ slug: 'x', up, down, outside: true, downOutside: false }], place);
    assert.equal(
      made?.up.text,
      `${last}
--changeset ann:x_1 runInTransaction:false
SET lock_timeout = '5s';
--rollback empty

--changeset ann:x_2 runInTransaction:false splitStatements:false
-- why
DO $$ BEGIN PERFORM 1; END $$;
--rollback empty

--changeset ann:x_3 runInTransaction:false
SELECT 2;
SELECT 3;
--rollback SELECT 4;
`,
    );
  });

  it('keeps a body in a way back whole, and sends each alone where it must not run in a transaction', () => {
    const path = '/app/changelog.sql';
    const project = projectOf(liquibase, path, new MemoryProject({ [path]: last }));
    const place = { project, existing: [path], directory: '/app', now };
    const body = 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;\n';
    const write = (down: string, downOutside: boolean): string =>
      liquibase
        .write([{ slug: 'x', up: 'SELECT 0;\n', down, outside: false, downOutside }], place)[0]
        ?.up.text.slice(last.length + 1) ?? '';
    assert.equal(
      write(`${body}SELECT 2;\n`, false),
      `--changeset ann:x rollbackSplitStatements:false
SELECT 0;
--rollback ${body}--rollback SELECT 2;
`,
    );
    assert.equal(
      write(`${body}DO $$ BEGIN COMMIT; END $$;\nSELECT 2;\n`, true),
      `--changeset ann:x_1
SELECT 0;
--rollback empty

--changeset ann:x_2 runInTransaction:false
SELECT 1;
--rollback SELECT 2;

--changeset ann:x_3 runInTransaction:false rollbackSplitStatements:false
SELECT 1;
--rollback DO $$ BEGIN COMMIT; END $$;

--changeset ann:x_4 runInTransaction:false rollbackSplitStatements:false
SELECT 1;
--rollback ${body}`,
    );
  });

  it('marks the changeset that needs it, and keeps a body whole', () => {
    const project = projectOf(liquibase, '/app/changelog.sql', new MemoryProject({ '/app/changelog.sql': last }));
    const marked = (text: string) => liquibase.mark?.('/app/changelog.sql', text, project).text;
    const one = '--changeset a:1\nCREATE TABLE t ();\n';
    const two = '--changeset a:2\nCREATE INDEX CONCURRENTLY i ON t (a);\n';
    assert.equal(marked(one + two), one + two.replace('a:2', 'a:2 runInTransaction:false'));
    const fill = '--changeset a:1\nDO $$ BEGIN COMMIT; END $$;\n';
    assert.equal(marked(fill), fill.replace('a:1', 'a:1 runInTransaction:false splitStatements:false'));
  });
});
