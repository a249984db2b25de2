import assert from 'node:assert/strict';
import fs from 'node:fs';
import { Folder } from '../support/folder.js';
import { codeProjects } from './support/code-projects.js';
import { junitOf } from './support/junit.js';
import { codeQualityOf, pathOfUri, sarifOf, withFix } from './support/reports.js';
import { runHere } from './support/run-here.js';

// Reports for programs, checked by what those programs ask for, over texts and names that people do not think of.

const config = '{ "postgres": 16, "migrations": ["m/**/*.sql"], "timeouts": "set-elsewhere" }\n';
const table = 'CREATE TABLE orders (id bigint PRIMARY KEY, code text, note text);\n';
// On a table of its own each: what is said of one table several times is said once.
const indexOn = (name: string, table = `t_${name.length}`): string => `CREATE INDEX ${name} ON ${table} (code);\n`;

const shop = (files: Readonly<Record<string, string>>) => (): Folder =>
  new Folder({ 'airlock.config.json': config, 'm/1_orders.sql': table, ...files });

const many = Object.fromEntries(
  Array.from({ length: 10 }, (_, file) => [
    `m/${file + 10}_many.sql`,
    Array.from({ length: 50 }, (_, n) => indexOn(`i_${n}`, `t_${n}`)).join(''),
  ]),
);

const folders: Readonly<Record<string, { readonly make: () => Folder; readonly where: string }>> = {
  'no finding': { make: shop({ 'm/2_a.sql': 'ALTER TABLE orders ADD COLUMN more text;\n' }), where: 'm' },
  'one finding': { make: shop({ 'm/2_a.sql': indexOn('a') }), where: 'm' },
  '500 findings': { make: shop(many), where: 'm' },
  'the same statement again and again': { make: shop({ 'm/2_a.sql': 'TRUNCATE orders;\n'.repeat(5) }), where: 'm' },
  'odd names of files': {
    make: shop({
      'm/2 a&b.sql': indexOn('b'),
      'm/3_größe 😀.sql': indexOn('c'),
      'm/4_<x>"y\'.sql': indexOn('d'),
      'm/5_#?%25,:;.sql': indexOn('e'),
      'm/6_\t\u0007.sql': indexOn('f'),
      'm/7_a/b c/1.sql': indexOn('g'),
    }),
    where: 'm',
  },
  'odd names of objects': {
    make: shop({
      'm/2_a.sql': `${indexOn('"<a> & ""b"" ]]> 😀"')}${indexOn('"x\u0007y"')}DROP TABLE "o'r\u2028d";\nCALL "<p>"();\n`,
    }),
    where: 'm',
  },
  'line ends and marks': {
    make: shop({
      'm/2_crlf.sql': `-- a\r\n/* 😀 */ ${indexOn('b').trimEnd()}\r\n`,
      'm/3_mark.sql': `\ufeff${indexOn('c')}/* 😀 */ ${indexOn('d', 'other')}`,
      'm/4_cr.sql': `-- a\r${indexOn('e').trimEnd()}\r/* é */${indexOn('f', 'other')}`,
    }),
    where: 'm',
  },
  ...Object.fromEntries(
    codeProjects.map(({ words, make }) => [
      `code of ${words.id}`,
      {
        make: () =>
          make({
            up: words.raw('CREATE INDEX "a&<b>😀" ON account (email)', 'SELECT 1'),
            outside: true,
          }),
        where: '.',
      },
    ]),
  ),
};

/** What a command says in a format; it has read everything. */
async function said(folder: Folder, ...words: string[]): Promise<string> {
  const ran = await runHere(words, folder.path);
  assert.ok(ran.code === 0 || ran.code === 1, ran.stderr);
  return ran.stdout;
}

describe('reports for programs', () => {
  for (const [name, { make, where }] of Object.entries(folders)) {
    it(`are what those programs ask for: ${name}`, async () => {
      const folder = make();
      for (const words of [
        ['check', where, '--verbose'],
        ['review', where],
      ]) {
        const [log, issues, suites] = [
          sarifOf(await said(folder, ...words, '--format', 'sarif')),
          codeQualityOf(await said(folder, ...words, '--format', 'gitlab')),
          junitOf(await said(folder, ...words, '--format', 'junit')),
        ];
        const results = log.runs.flatMap((run) => run.results);
        const places = results.map(({ ruleId, locations }) => {
          const [place] = locations;
          const { artifactLocation, region } = place?.physicalLocation ?? assert.fail();
          return `${pathOfUri(artifactLocation.uri)}:${region.startLine} ${ruleId}`;
        });
        // All of them speak of the same, in the same order, and of files that are there.
        assert.deepEqual(
          issues.map(({ location, check_name }) => `${location.path}:${location.lines.begin} ${check_name}`),
          places,
        );
        for (const { location } of issues) assert.ok(fs.existsSync(folder.at(location.path)), location.path);
        const cases = suites.flatMap((suite) => suite.cases.filter(({ children }) => children.length > 0));
        assert.equal(cases.length, places.length);
        if (name === 'no finding') assert.deepEqual([places, suites.length], [[], 2]);
        if (name === '500 findings') assert.ok(places.length >= 500);
        if (name === 'one finding' && words[0] === 'check')
          assert.deepEqual(places, ['m/2_a.sql:1 require-concurrent-index']);
      }
    });

    it(`have fixes that make what fix makes: ${name}`, async () => {
      const folder = make();
      const log = sarifOf(await said(folder, 'check', where, '--format', 'sarif'));
      const rule = 'require-concurrent-index';
      const results = log.runs.flatMap((run) => run.results).filter(({ ruleId }) => ruleId === rule);
      const byFile = new Map<string, (typeof results)[number][]>();
      for (const result of results) {
        const file = pathOfUri(result.locations[0]?.physicalLocation.artifactLocation.uri ?? '');
        byFile.set(file, [...(byFile.get(file) ?? []), result]);
      }
      const isNone = name === 'no finding' || name === 'the same statement again and again' || name.endsWith('kysely');
      assert.equal(results.filter(({ fixes }) => fixes !== undefined).length > 0, !isNone);
      // One file of each kind is enough of those with 50 findings.
      for (const [file, found] of [...byFile].slice(0, name === '500 findings' ? 1 : undefined)) {
        const fixes = found.flatMap((result) => result.fixes?.slice(0, 1) ?? []);
        const [first] = fixes;
        if (!first) continue;
        for (const { artifactChanges } of fixes)
          assert.deepEqual(
            artifactChanges.map(({ artifactLocation }) => pathOfUri(artifactLocation.uri)),
            [file],
          );
        // A program takes one fix, or those that do not overlap, as one change.
        const all = { artifactChanges: fixes.flatMap(({ artifactChanges }) => artifactChanges) };
        assert.equal(withFix(folder.read(file), all), await said(folder, 'fix', file, '--rule', rule), file);
      }
    });
  }

  it('name files from the folder in which they are made, however the call names them', async () => {
    const folder = shop({ 'm/2_a.sql': indexOn('a') })();
    const formats = ['sarif', 'gitlab', 'github', 'junit', 'markdown'];
    for (const command of ['check', 'review'])
      for (const format of formats) {
        const relative = await said(folder, command, 'm', '--format', format);
        for (const where of [folder.at('m'), './m', '../'.concat(folder.path.split('/').at(-1) ?? '', '/m')])
          assert.equal(await said(folder, command, where, '--format', format), relative, `${command} ${format}`);
      }
    await said(folder, 'check', 'm', '--write-baseline', 'known.json');
    const known = await runHere(['check', folder.at('m'), '--baseline', 'known.json'], folder.path);
    assert.equal(known.code, 0, known.stdout);
  });
});
