import assert from 'node:assert/strict';
import fs from 'node:fs';
import { Folder } from '../support/folder.js';
import { runCli } from './support/run-cli.js';

const files = {
  'migrations/0001_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, legacy_code text, note text);\n',
  'migrations/0002_drop.sql': "SET lock_timeout = '1s';\nALTER TABLE orders DROP COLUMN legacy_code;\n",
  'src/orders.ts': "db.query('SELECT legacy_code FROM orders');\n",
  'airlock.config.json': '{"applied": {"through": "0001_orders.sql"}}',
};

interface Use {
  readonly path: string;
  readonly kind: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

function project(more: Readonly<Record<string, string>> = {}): Folder {
  const folder = new Folder({ ...files, ...more });
  fs.mkdirSync(folder.at('.git'));
  return folder;
}

async function said(folder: Folder, ...words: string[]): Promise<string> {
  const { stdout } = await runCli(words, { cwd: folder.path });
  return stdout.replace(/\s+/g, ' ');
}

describe('code that uses what a migration drops', () => {
  const use = /The code uses orders\.legacy_code in 1 place of 1 file: src\/orders\.ts:1 \(SQL string\)\./;

  it('stands in every report of check', async () => {
    const folder = project();
    assert.match(await said(folder, 'check', 'migrations'), use);
    assert.match(await said(folder, 'check', 'migrations', '--format', 'github'), use);
    assert.match(await said(folder, 'check', 'migrations', '--format', 'markdown'), /src\/orders\.ts:1/);
    const json = JSON.parse(await said(folder, 'check', 'migrations', '--format', 'json'));
    const uses: Use[] = json.files.flatMap((file: { findings: { uses?: Use[] }[] }) =>
      file.findings.flatMap((each) => each.uses ?? []),
    );
    assert.deepEqual(
      uses.map(({ path, kind, range }) => [path, kind, range.start]),
      [['src/orders.ts', 'SQL string', { line: 0, character: 17 }]],
    );
    const sarif = JSON.parse(await said(folder, 'check', 'migrations', '--format', 'sarif'));
    const places = sarif.runs[0].results.flatMap(
      (each: { relatedLocations?: object[] }) => each.relatedLocations ?? [],
    );
    assert.deepEqual(places[0].physicalLocation, {
      artifactLocation: { uri: 'src/orders.ts', uriBaseId: '%SRCROOT%' },
      region: { startLine: 1, startColumn: 18, endLine: 1, endColumn: 29 },
    });
  });

  it('stands in the review, and what was searched where nothing is found', async () => {
    const folder = project();
    assert.match(await said(folder, 'review', 'migrations'), use);
    folder.write('src/orders.ts', 'export {};\n');
    const text = await said(folder, 'review', 'migrations');
    assert.match(
      text,
      /Verify: that nothing reads or writes orders\.legacy_code any more: [^.]*\. No use of it was found in 1 file: SQL strings, identifiers/,
    );
  });

  it('is not looked for where the configuration says so, in folders that it leaves out, and without a project', async () => {
    const off = project({
      'airlock.config.json': '{"applied": {"through": "0001_orders.sql"}, "code": {"search": false}}',
    });
    assert.doesNotMatch(await said(off, 'check', 'migrations'), /legacy_code in \d/);
    const other = project({
      'airlock.config.json': '{"applied": {"through": "0001_orders.sql"}, "code": {"exclude": ["src/**"]}}',
      'lib/a.ts': 'x;',
    });
    assert.match(await said(other, 'check', 'migrations'), /No use of orders\.legacy_code in 1 file/);
    const alone = new Folder({ ...files, 'airlock.config.json': '' });
    fs.rmSync(alone.at('airlock.config.json'));
    assert.doesNotMatch(await said(alone, 'check', 'migrations'), /legacy_code in \d/);
  });

  it('is remembered until a file of code changes', async () => {
    const folder = project();
    const env = { XDG_CACHE_HOME: new Folder().path, PG_AIRLOCK_NO_CACHE: '' };
    const run = async (): Promise<string> => (await runCli(['check', 'migrations'], { cwd: folder.path, env })).stdout;
    const old = new Date(Date.now() - 60_000);
    fs.utimesSync(folder.at('src/orders.ts'), old, old);
    const first = await run();
    assert.match(first, /in 1 place/);
    assert.equal(await run(), first);
    folder.write('src/orders.ts', `\n${files['src/orders.ts']}`);
    assert.match(await run(), /src\/orders\.ts:2/);
    folder.write('src/more.ts', files['src/orders.ts']);
    assert.match(await run(), /in 2 places of 2 files/);
    fs.rmSync(folder.at('src/more.ts'));
    fs.rmSync(folder.at('src/orders.ts'));
    assert.doesNotMatch(await run(), /in \d places? of/);
  });
});
