import assert from 'node:assert/strict';
import { Folder } from '../support/folder.js';
import { runCli } from './support/run-cli.js';

const table = 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);\n';
const index = 'CREATE INDEX orders_code ON orders (code);\n';
const config = '{ "postgres": 16, "applied": "none", "migrations": ["m/*.sql"], "timeouts": "set-elsewhere" }\n';

function shop(files: Readonly<Record<string, string>> = {}): Folder {
  return new Folder({
    'airlock.config.json': config.replace('"none"', '{ "through": "1_orders.sql" }'),
    'm/1_orders.sql': table,
    'm/2_index.sql': `-- Café\n${index}`,
    'm/3_fine.sql': 'ALTER TABLE orders ADD COLUMN note text;\n',
    ...files,
  });
}

async function report(folder: Folder, format: string, ...more: string[]): Promise<string> {
  const ran = await runCli(['check', 'm', '--format', format, ...more], { cwd: folder.path });
  assert.ok(ran.code === 0 || ran.code === 1, ran.stderr);
  return ran.stdout;
}

describe('formats of check', () => {
  it('SARIF has the place, the rule, the fix and a fingerprint', async () => {
    const log = JSON.parse(await report(shop(), 'sarif'));
    assert.equal(log.version, '2.1.0');
    const [run] = log.runs;
    assert.equal(run.columnKind, 'utf16CodeUnits');
    const [result] = run.results;
    assert.equal(run.results.length, 1);
    assert.equal(result.ruleId, 'require-concurrent-index');
    assert.equal(run.tool.driver.rules[result.ruleIndex].id, result.ruleId);
    assert.equal(result.level, 'error');
    const { artifactLocation, region } = result.locations[0].physicalLocation;
    assert.deepEqual(artifactLocation, { uri: 'm/2_index.sql', uriBaseId: '%SRCROOT%' });
    assert.deepEqual(region, { startLine: 2, startColumn: 8, endLine: 2, endColumn: 13 });
    assert.match(JSON.stringify(result.fixes), /"insertedContent":\{"text":"[^"]*CONCURRENTLY/);
    assert.match(result.partialFingerprints['airlockStatement/v1'], /^[0-9a-f]{64}$/);
  });

  it('a fingerprint stays where lines are put above the statement', async () => {
    const print = async (folder: Folder): Promise<string> => JSON.parse(await report(folder, 'gitlab'))[0].fingerprint;
    const moved = shop({ 'm/2_index.sql': `-- One\n-- more\n\n\n${index.replace(' ON', '\n  ON')}` });
    assert.equal(await print(shop()), await print(moved));
    assert.notEqual(await print(shop()), await print(shop({ 'm/2_index.sql': index.replace('code)', 'code, id)') })));
  });

  it('GitHub gets a command for each finding, on one line', async () => {
    const text = await report(shop({ 'm/4,5:%.sql': 'CREATE INDEX b ON orders (id, code);\n' }), 'github');
    const lines = text.trimEnd().split('\n');
    assert.equal(lines.length, 2);
    assert.match(
      lines[0] ?? '',
      /^::error file=m\/2_index\.sql,line=2,endLine=2,col=8,endColumn=13,title=Airlock require-concurrent-index::.*%0A/,
    );
    assert.match(lines[1] ?? '', /file=m\/4%2C5%3A%25\.sql,/);
  });

  it('GitLab gets a list with places and severities', async () => {
    const issues = JSON.parse(await report(shop(), 'gitlab'));
    assert.equal(issues.length, 1);
    assert.deepEqual(issues[0].location, { path: 'm/2_index.sql', lines: { begin: 2, end: 2 } });
    assert.equal(issues[0].severity, 'critical');
  });

  it('JUnit has a case for each finding and one for a file without', async () => {
    const text = await report(shop({ 'm/4_a&b.sql': 'CREATE INDEX "<x>" ON orders (id, code);\n' }), 'junit');
    assert.match(text, /<testsuites name="Airlock" tests="3" failures="2" errors="0">/);
    assert.match(text, /<testcase name="no findings" classname="m\/3_fine\.sql"\/>/);
    assert.match(text, /classname="m\/4_a&amp;b\.sql"><failure type="error"/);
    assert.doesNotMatch(text, /[^&]<x>/);
  });

  it('Markdown fits into a comment, whatever the number of findings', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, file) => [
        `m/${file + 10}_many.sql`,
        Array.from({ length: 10 }, (_, n) => `CREATE INDEX i_${file}_${n} ON t_${n} (c);\n`).join(''),
      ]),
    );
    const text = await report(shop(many), 'markdown');
    assert.ok(text.startsWith('<!-- airlock -->\n## Airlock: BLOCK\n'));
    assert.ok(text.length < 65_536, `${text.length}`);
    assert.match(text, /\d+ files more: this comment has no room for them/);
    const few = await report(shop(), 'markdown');
    assert.match(few, /<summary><code>m\/2_index\.sql<\/code>: 1 error, 0 warnings<\/summary>/);
    assert.doesNotMatch(few, /no room/);
  });

  it('says what it takes instead of an unknown format', async () => {
    const ran = await runCli(['check', 'm', '--format', 'xml'], { cwd: shop().path });
    assert.equal(ran.code, 2);
    assert.match(ran.stderr, /text, json, sarif, github, gitlab, junit, markdown/);
  });
});

describe('a baseline', () => {
  it('leaves out what it has, reports what is new, and says what is gone', async () => {
    const folder = shop();
    const check = (...more: string[]) => runCli(['check', 'm', ...more], { cwd: folder.path });
    const written = await check('--write-baseline', 'known.json');
    assert.equal(written.code, 1);
    assert.match(written.stderr, /wrote 1 finding into known\.json/);
    const same = await check('--baseline', 'known.json');
    assert.equal(same.code, 0, same.stdout);
    assert.match(same.stderr, /^1 finding in the baseline$/m);
    folder.write('m/2_index.sql', `-- Moved\n\n${index}`);
    folder.write('m/4_new.sql', 'CREATE INDEX other ON orders (code, id);\n');
    const more = await check('--baseline', 'known.json');
    assert.equal(more.code, 1);
    assert.match(more.stdout, /4_new\.sql:1:8 error/);
    assert.doesNotMatch(more.stdout, /2_index\.sql:/);
    folder.write('m/2_index.sql', 'SELECT 1;\n');
    assert.match((await check('--baseline', 'known.json')).stderr, /1 of it is gone: write it anew/);
  });

  it('is refused where it is none', async () => {
    const folder = shop({ 'known.json': '[]' });
    for (const name of ['known.json', 'nowhere.json']) {
      const ran = await runCli(['check', 'm', '--baseline', name], { cwd: folder.path });
      assert.equal(ran.code, 2);
      assert.match(ran.stderr, /is no baseline\. Write one: --write-baseline/);
    }
  });
});

describe('--since', () => {
  const start = (): Folder => {
    const folder = new Folder({ 'airlock.config.json': config, 'm/1_orders.sql': table, 'm/2_index.sql': index });
    folder.commitAll();
    folder.git('checkout', '--quiet', '-b', 'topic');
    return folder;
  };
  const since = (folder: Folder, ref: string, ...more: string[]) =>
    runCli(['check', 'm', '--since', ref, '--format', 'json', ...more], { cwd: folder.path });
  const paths = (stdout: string): string[] =>
    JSON.parse(stdout).files.map(({ path }: { readonly path: string }) => path);

  it('keeps what the branch adds and what it changes, saved or committed', async () => {
    const folder = start();
    folder.write('m/3_new.sql', 'SELECT 1;\n');
    folder.commitAll('new');
    folder.write('m/4_saved.sql', 'SELECT 1;\n');
    folder.write('m/2_index.sql', `${index}SELECT 2;\n`);
    const ran = await since(folder, 'main');
    assert.deepEqual(paths(ran.stdout), ['m/2_index.sql', 'm/3_new.sql', 'm/4_saved.sql']);
    assert.match(ran.stderr, /3 migrations of 4 new or changed since main/);
  });

  it('goes by where the branch has left, not by what the other has got since', async () => {
    const folder = start();
    folder.git('checkout', '--quiet', 'main');
    folder.write('m/9_theirs.sql', 'SELECT 9;\n');
    folder.commitAll('theirs');
    folder.git('checkout', '--quiet', 'topic');
    folder.write('m/3_new.sql', 'SELECT 1;\n');
    assert.deepEqual(paths((await since(folder, 'main')).stdout), ['m/3_new.sql']);
  });

  it('does so on a detached HEAD, and behind a merge', async () => {
    const folder = start();
    folder.write('m/3_new.sql', 'SELECT 1;\n');
    folder.commitAll('new');
    folder.git('checkout', '--quiet', '--detach');
    assert.deepEqual(paths((await since(folder, 'main')).stdout), ['m/3_new.sql']);
    folder.git('checkout', '--quiet', 'main');
    folder.write('m/9_theirs.sql', 'SELECT 9;\n');
    folder.commitAll('theirs');
    folder.git('checkout', '--quiet', 'topic');
    folder.git('merge', '--quiet', '--no-edit', 'main');
    assert.deepEqual(paths((await since(folder, 'main')).stdout), ['m/3_new.sql']);
  });

  it('has nothing to report where nothing is new, and calls that nothing', async () => {
    const ran = await since(start(), 'main');
    assert.equal(ran.code, 0);
    assert.deepEqual(paths(ran.stdout), []);
    assert.match(ran.stderr, /0 migrations of 2 new or changed/);
  });

  it('ends with 2 where git cannot say: no such ref, no repository, a shallow clone', async () => {
    const folder = start();
    const unknown = await since(folder, 'nowhere');
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /git knows no "nowhere"/);
    const bare = new Folder({ 'm/1_a.sql': table });
    const none = await since(bare, 'main');
    assert.equal(none.code, 2);
    assert.match(none.stderr, /is in no repository/);
    folder.write('m/3_new.sql', 'SELECT 1;\n');
    folder.commitAll('new');
    folder.git('checkout', '--quiet', '--orphan', 'other');
    folder.commitAll('other');
    const apart = await since(folder, 'main');
    assert.equal(apart.code, 2);
    assert.match(apart.stderr, /have no commit in common/);
  });
});
