import assert from 'node:assert/strict';
import fs from 'node:fs';
import { withCodeUses } from '../../server/src/agent/code-uses.js';
import { open } from '../../server/src/agent/desk.js';
import { onlyFile } from '../../server/src/agent/judged.js';
import { answer } from '../../server/src/agent/tools.js';
import { reviewMigrations } from '../../server/src/api/api.js';
import { Folder } from '../support/folder.js';
import { Agent, type ReviewAnswer } from './support/agent.js';

const files = {
  'db/migrations/0001_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, legacy_code text, note text);\n',
  'db/migrations/0002_drop.sql': "SET lock_timeout = '1s';\nALTER TABLE orders DROP COLUMN legacy_code;\n",
  'db/report.ts': "db.query('SELECT legacy_code FROM orders WHERE id = 1');\n",
  'src/orders.ts': "db.query('SELECT legacy_code FROM orders');\n",
  'airlock.config.json': '{"applied": {"through": "0001_orders.sql"}}',
};

const used =
  /The code uses orders\.legacy_code in 2 places of 2 files: db\/report\.ts:1 \(SQL string\), src\/orders\.ts:1/;

function project(): Folder {
  const folder = new Folder(files);
  fs.mkdirSync(folder.at('.git'));
  return folder;
}

/** What is said of the dropped column. */
function drop({ findings }: Pick<ReviewAnswer, 'findings'>): ReviewAnswer['findings'][number] {
  const found = findings.find(({ rule }) => rule === 'no-drop-column');
  assert.ok(found, JSON.stringify(findings));
  return found;
}

describe('code that uses what a migration drops, for agents and programs', () => {
  it('is named by review_migration and by check_sql', async () => {
    const agent = await Agent.start(project().path);
    try {
      const text = files['db/migrations/0002_drop.sql'];
      for (const found of [
        await agent.call<ReviewAnswer>('review_migration', { paths: ['db/migrations'] }),
        await agent.call<ReviewAnswer>('check_sql', { path: 'db/migrations/0003_x.sql', sql: text }),
      ].map(drop)) {
        assert.match(found.message, used);
        assert.deepEqual(found.uses, [
          { file: 'db/report.ts', line: 1 },
          { file: 'src/orders.ts', line: 1 },
        ]);
      }
      const alone = await agent.call<ReviewAnswer>('check_sql', { sql: text });
      assert.equal(drop(alone).uses, undefined, 'a text without a place has no project');
    } finally {
      await agent.stop();
    }
  });

  it('is named by reviewMigrations', async () => {
    const found = drop(await reviewMigrations(['db/migrations'], { folder: project().path }));
    assert.match(found.message, used);
    assert.equal(found.uses?.length, 2);
  });

  it('is not looked for beside the folder of the call', async () => {
    const folder = project();
    fs.symlinkSync(folder.at('src'), folder.at('db/linked'));
    const found = drop(await reviewMigrations(['migrations'], { folder: folder.at('db') }));
    assert.deepEqual(found.uses, [{ file: 'report.ts', line: 1 }]);
    assert.doesNotMatch(found.message, /src\/orders|linked/);
  });

  it('is not looked for where the settings say so, nor of what is applied', async () => {
    const folder = project();
    const call = { name: 'review_migration', input: { paths: ['db/migrations'] } };
    const asked = async (searchCode: boolean): Promise<ReviewAnswer> => {
      const given = await answer(call, { folders: [folder.path], settingsFor: async () => ({ searchCode }) });
      assert.ok('found' in given, JSON.stringify(given));
      return given.found as unknown as ReviewAnswer;
    };
    assert.equal(drop(await asked(true)).uses?.length, 2);
    assert.equal(drop(await asked(false)).uses, undefined);
    folder.write('airlock.config.json', '{"applied": {"through": "0001_orders.sql"}, "code": {"search": false}}');
    assert.equal(drop(await asked(true)).uses, undefined);
    folder.write('airlock.config.json', '{"applied": {"through": "0002_drop.sql"}}');
    assert.deepEqual((await asked(true)).findings, []);
  });

  it('ends with the call', async () => {
    const folder = project();
    for (let n = 0; n < 600; n++) folder.write(`lib/${n}.ts`, `export const n${n} = 'legacy_code';\n`.repeat(400));
    const opened = await open({ paths: ['db/migrations/0002_drop.sql'] }, { folders: [folder.path] });
    const analysis = onlyFile(opened);
    const breathe = (): Promise<void> => Promise.reject(new Error('ended'));
    await assert.rejects(withCodeUses([analysis], { ...opened, breathe }), /^Error: ended$/);
    assert.equal(await withCodeUses([], opened).then(({ length }) => length), 0);
  });
});
