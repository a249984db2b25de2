import assert from 'node:assert/strict';
import { rules } from '../../rules/index.js';
import { Workspace } from '../../server/src/workspace/workspace.js';
import type { BranchFiles } from '../../server/src/workspace/history-place.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { memoryFiles } from '../protocol/support/memory-files.js';
import { branchOf } from './support/memory-files.js';

const sql = 'ALTER TABLE t ADD COLUMN c int;\n';

/** What a migration is renamed to, below /p/m: "from > to" for each file, then the edits and what remains. */
function renamed(
  name: string,
  names: readonly string[],
  { branch, more = {} }: { branch?: readonly string[]; more?: Readonly<Record<string, string>> } = {},
): string[] | undefined {
  const files = new Map([...names.map((each) => [`/p/m/${each}`, sql] as const), ...Object.entries(more)]);
  files.set('/p/airlock.config.json', '{ "migrations": ["m/*.sql"] }');
  const onBranch: BranchFiles | undefined = branch && branchOf(branch.map((each) => `/p/m/${each}`));
  const workspace = new Workspace(memoryFiles(files), rules, { filesOnDefaultBranch: () => onBranch });
  const plan = workspace.renumbering(`/p/m/${name}`);
  if (!plan) return undefined;
  const edits = plan.edits.map(({ path, text, edits: [edit] }) => {
    const { span, text: to } = edit ?? { span: { start: 0, end: 0 }, text: '' };
    return `${path}: ${text.slice(span.start, span.end)} > ${to}`;
  });
  return [
    ...plan.renames.map(({ from, to }) => `${from.slice(5)} > ${to.slice(5)}`),
    ...edits,
    ...(plan.remains === '' ? [] : [plan.remains]),
  ];
}

describe('a free version for a migration', () => {
  before(initParser);

  describe('is not looked for', () => {
    it('behind the last one', () => {
      assert.equal(renamed('0002_b.sql', ['0001_a.sql', '0002_b.sql'], { branch: ['0001_a.sql'] }), undefined);
    });
    it('for what the default branch has', () => {
      const names = ['0001_a.sql', '0002_b.sql', '0002_c.sql'];
      assert.equal(renamed('0002_b.sql', names, { branch: ['0001_a.sql', '0002_b.sql'] }), undefined);
    });
    it('for a file without a version', () => {
      assert.equal(renamed('b.sql', ['a.sql', 'b.sql', 'c.sql'], { branch: ['c.sql'] }), undefined);
    });
    it('for a file that runs each time it changes', () => {
      assert.equal(renamed('R__v.sql', ['R__v.sql', 'V1__a.sql'], { branch: ['V1__a.sql'] }), undefined);
    });
    it('where its name would be another file’s', () => {
      const more = { '/p/m/0003_b.down.sql': sql };
      const names = ['0001_a.sql', '0002_b.sql', '0002_c.sql', '0002_b.down.sql'];
      assert.equal(renamed('0002_b.sql', names, { branch: ['0001_a.sql', '0002_c.sql'], more }), undefined);
    });
  });

  const cases: Readonly<
    Record<string, readonly [name: string, names: readonly string[], branch: readonly string[], to: string]>
  > = {
    'a number with zeros': [
      '0002_b.sql',
      ['0001_a.sql', '0002_b.sql', '0002_c.sql'],
      ['0001_a.sql', '0002_c.sql'],
      '0003_b.sql',
    ],
    'behind others that are pending': [
      '0002_b.sql',
      ['0001_a.sql', '0002_b.sql', '0002_c.sql', '0003_d.sql'],
      ['0001_a.sql', '0002_c.sql'],
      '0004_b.sql',
    ],
    'one that comes before what has run': [
      '0002_b.sql',
      ['0001_a.sql', '0002_b.sql', '0005_c.sql'],
      ['0001_a.sql', '0005_c.sql'],
      '0006_b.sql',
    ],
    'past nine': ['9_b.sql', ['8_a.sql', '9_b.sql', '9_c.sql'], ['8_a.sql', '9_c.sql'], '10_b.sql'],
    'a letter': ['V2__b.sql', ['V1__a.sql', 'V2__b.sql', 'V2__c.sql'], ['V1__a.sql', 'V2__c.sql'], 'V3__b.sql'],
    'a date': [
      '20260101120000_b.sql',
      ['20260101110000_a.sql', '20260101120000_b.sql', '20260301120000_c.sql'],
      ['20260101110000_a.sql', '20260301120000_c.sql'],
      '20260301120001_b.sql',
    ],
    'a name that goes on with a number': [
      '0002_2_factors.sql',
      ['0001_a.sql', '0002_2_factors.sql', '0005_c.sql'],
      ['0001_a.sql', '0005_c.sql'],
      '0006_2_factors.sql',
    ],
    hyphens: ['002-b.sql', ['001-a.sql', '002-b.sql', '002-c.sql'], ['001-a.sql', '002-c.sql'], '003-b.sql'],
  };
  for (const [what, [name, names, branch, to]] of Object.entries(cases)) {
    it(`keeps the style: ${what}`, () => {
      assert.deepEqual(renamed(name, names, { branch }), [`${name} > ${to}`]);
    });
  }

  it('is offered on both files where nothing has run', () => {
    const names = ['0001_a.sql', '0002_b.sql', '0002_c.sql'];
    assert.deepEqual(renamed('0002_b.sql', names), ['0002_b.sql > 0003_b.sql']);
    assert.deepEqual(renamed('0002_c.sql', names), ['0002_c.sql > 0003_c.sql']);
  });

  const pairs: Readonly<Record<string, readonly [up: string, down: string, newUp: string, newDown: string]>> = {
    'name.down.sql': ['02_b.sql', '02_b.down.sql', '03_b.sql', '03_b.down.sql'],
    'name.up.sql and name.down.sql': ['02_b.up.sql', '02_b.down.sql', '03_b.up.sql', '03_b.down.sql'],
    'an undo migration of Flyway': ['V2__b.sql', 'U2__b.sql', 'V3__b.sql', 'U3__b.sql'],
    Postgrator: ['2.do.b.sql', '2.undo.b.sql', '3.do.b.sql', '3.undo.b.sql'],
    'a folder beside': ['02_b.sql', 'down/02_b.sql', '03_b.sql', 'down/03_b.sql'],
    'notes on it': ['02_b.sql', '02_b.md', '03_b.sql', '03_b.md'],
  };
  for (const [what, [up, down, newUp, newDown]] of Object.entries(pairs)) {
    it(`takes its pair along: ${what}`, () => {
      const first = up.replace('2', '1').replace('b', 'a');
      const last = up.replace('b', 'c');
      const found = renamed(up, [first, up, last], { branch: [first, last], more: { [`/p/m/${down}`]: sql } });
      assert.deepEqual(found, [`${up} > ${newUp}`, `${down} > ${newDown}`]);
    });
  }

  it('leaves the pair of another file alone', () => {
    const names = ['01_a.sql', '02_b.sql', '02_b2.sql'];
    const more = { '/p/m/02_b2.down.sql': sql, '/p/m/02_bb.down.sql': sql };
    assert.deepEqual(renamed('02_b.sql', names, { branch: ['01_a.sql', '02_b2.sql'], more }), ['02_b.sql > 03_b.sql']);
  });

  const names = ['0001_a.sql', '0002_b.sql', '0002_c.sql'];
  const branch = ['0001_a.sql', '0002_c.sql'];
  it('changes what names it, and only whole names', () => {
    const more = {
      '/p/m/changelog.xml':
        '<include file="10002_b.sql"/><include file="m/0002_b.sql"/><include file="0002_b.sql.bak"/>',
      '/p/all.psql': '\\i m/0002_b.sql\n',
      '/p/README.md': '0002_b.sql',
      '/p/package-lock.json': '"0002_b.sql"',
    };
    assert.deepEqual(renamed('0002_b.sql', names, { branch, more }), [
      '0002_b.sql > 0003_b.sql',
      '/p/m/changelog.xml: 0002_b.sql > 0003_b.sql',
      '/p/all.psql: 0002_b.sql > 0003_b.sql',
    ]);
  });

  it('says what tools need besides', () => {
    const entries = ['0001_a', '0002_c', '0002_b'].map((tag, idx) => ({ idx, when: idx, tag }));
    const more = { '/p/m/atlas.sum': 'h1:x', '/p/m/meta/_journal.json': JSON.stringify({ entries }) };
    const found = renamed('0002_b.sql', names, { branch, more }) ?? [];
    assert.deepEqual(found.slice(0, 2), ['0002_b.sql > 0003_b.sql', '/p/m/meta/_journal.json: "0002_b" > "0003_b"']);
    assert.match(found[2] ?? '', /^Run atlas migrate hash: .* "idx" and "when"/);
  });

  it('takes the snapshot of a journal along where it is its own', () => {
    const more = { '/p/m/meta/_journal.json': '"0002_b"', '/p/m/meta/0002_snapshot.json': '{}' };
    const own = renamed('0002_b.sql', ['0001_a.sql', '0002_b.sql', '0005_c.sql'], { branch: ['0005_c.sql'], more });
    assert.equal(own?.[1], 'meta/0002_snapshot.json > meta/0006_snapshot.json');
    const shared = renamed('0002_b.sql', names, { branch, more });
    assert.equal(shared?.length, 3);
    assert.match(shared?.[2] ?? '', /whose meta\/0002_snapshot\.json is/);
  });
});
