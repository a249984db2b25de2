import assert from 'node:assert/strict';
import ts from 'typescript';
import { readHostFile, readsCode } from '../../server/src/hosts/index.js';
import { loadJavaScript } from '../hosts/support/javascript.js';
import { loadScripts } from '../hosts/support/scripts.js';
import { frameworkById, recognise } from '../../server/src/frameworks/index.js';
import type { Framework, NewMigration, Project } from '../../server/src/frameworks/framework.js';
import { MemoryProject } from './support/tool-case.js';

const now = Date.UTC(2026, 0, 31, 12);

/** A statement with all that a string of a host language could take for its own. */
const odd = "COMMENT ON TABLE orders IS '`${x} \\ #{y} \"\"\" :name 12:30 ? ''q''';\n";

const index: NewMigration = {
  slug: 'index_orders_at',
  up: '-- Beside reads and writes.\nCREATE INDEX CONCURRENTLY orders_at ON orders (at);\nSELECT 1;\n',
  down: 'DROP INDEX CONCURRENTLY IF EXISTS orders_at;\n',
  outside: true,
  downOutside: true,
};

interface HostCase {
  readonly id: string;
  /** In the order in which they run. */
  readonly files: Readonly<Record<string, string>>;
  readonly because: RegExp;
  readonly next: readonly string[];
  readonly holds: 'many' | 'nothing';
  /** What the file of a concurrent index says. */
  readonly written: readonly (string | RegExp)[];
}

const cases: readonly HostCase[] = [
  {
    id: 'knex',
    files: {
      '/p/migrations/20240101000000_a.js': 'exports.up = function (knex) {};\nexports.down = function (knex) {};\n',
      '/p/migrations/20240102000000_b.js': 'exports.up = async (knex) => {};\nexports.down = async (knex) => {};\n',
    },
    because: /20240101000000_a\.js says exports\.up = function \(knex/,
    next: ['/p/migrations/20260131120000_one.js', '/p/migrations/20260131120001_two.js'],
    holds: 'many',
    written: [
      'exports.up = async function (knex) {\n  // Beside reads and writes.\n  await knex.raw(`CREATE INDEX',
      'await knex.raw(`SELECT 1`);',
      'exports.down = async',
      'exports.config = { transaction: false };\n',
    ],
  },
  {
    id: 'knex',
    files: {
      '/p/db/20240101000000_a.ts': "import type { Knex } from 'knex';\nexport async function up(knex: Knex) {}\n",
    },
    because: /says import type \{ Knex \} from 'knex'/,
    next: ['/p/db/20260131120000_one.ts', '/p/db/20260131120001_two.ts'],
    holds: 'many',
    written: ["import type { Knex } from 'knex';\n", 'export const config = { transaction: false };\n'],
  },
  {
    id: 'typeorm',
    files: {
      '/p/migrations/1700000000000-Z.ts': 'export class Z1700000000000 implements MigrationInterface {}',
      '/p/migrations/1700000000001-A.ts': 'export class A1700000000001 implements MigrationInterface {}',
    },
    because: /implements MigrationInterface/,
    next: [`/p/migrations/${now}-One.ts`, `/p/migrations/${now + 1}-Two.ts`],
    holds: 'many',
    written: [
      `export class IndexOrdersAt${now} implements MigrationInterface {\n  transaction = false;`,
      'await queryRunner.query(`SELECT 1`);',
    ],
  },
  {
    id: 'sequelize',
    files: { '/p/migrations/20240101000000-a.js': 'module.exports = { async up(queryInterface) {} };' },
    because: /queryInterface/,
    next: ['/p/migrations/20260131120000-one.js', '/p/migrations/20260131120001-two.js'],
    holds: 'many',
    written: [
      "'use strict';\n\nmodule.exports = {\n  async up(queryInterface) {\n",
      'await queryInterface.sequelize.query(`SELECT 1`);',
    ],
  },
  {
    id: 'mikroorm',
    files: { '/p/migrations/Migration20240101000000.ts': 'export class Migration20240101000000 extends Migration {}' },
    because: /extends Migration/,
    next: ['/p/migrations/Migration20260131120000_one.ts', '/p/migrations/Migration20260131120001_two.ts'],
    holds: 'many',
    written: [
      'export class Migration20260131120000_index_orders_at extends Migration {',
      'this.addSql(`SELECT 1`);',
      'override isTransactional(): boolean {\n    return false;',
    ],
  },
  {
    id: 'kysely',
    files: {
      '/p/migrations/1700000000000_a.ts':
        "import { Kysely } from 'kysely';\nexport async function up(db: Kysely<any>) {}",
    },
    because: /from 'kysely'/,
    next: [`/p/migrations/${now}_one.ts`, `/p/migrations/${now + 1}_two.ts`],
    holds: 'nothing',
    written: ['await sql`SELECT 1`.execute(db);'],
  },
  {
    id: 'rails',
    files: {
      '/p/db/migrate/20240101000000_a.rb': 'class A < ActiveRecord::Migration[7.1]\nend\n',
      '/p/db/migrate/20240102000000_b.rb': 'class B < ActiveRecord::Migration[7.1]\nend\n',
    },
    because: /ActiveRecord::Migration\[7\.1\]/,
    next: ['/p/db/migrate/20260131120000_one.rb', '/p/db/migrate/20260131120001_two.rb'],
    holds: 'many',
    written: [
      "class IndexOrdersAt < ActiveRecord::Migration[7.1]\n  disable_ddl_transaction!\n\n  def up\n    # Beside reads and writes.\n    execute <<~'SQL'\n      CREATE INDEX CONCURRENTLY orders_at ON orders (at)\n    SQL\n",
    ],
  },
  {
    id: 'django',
    files: {
      '/p/orders/migrations/0002_first.py': 'class Migration(migrations.Migration):\n    dependencies = []\n',
      '/p/orders/migrations/0001_second.py':
        "class Migration(migrations.Migration):\n    dependencies = [('orders', '0002_first'), ('auth', '0001_x')]\n",
    },
    because: /class Migration\(migrations\.Migration\)/,
    next: ['/p/orders/migrations/0003_one.py', '/p/orders/migrations/0004_two.py'],
    holds: 'many',
    written: [
      '    atomic = False\n\n    dependencies = [("orders", "0001_second")]\n',
      'sql=[\n                """CREATE INDEX CONCURRENTLY orders_at ON orders (at)""",\n                """SELECT 1""",\n            ],',
      'reverse_sql=[',
    ],
  },
  {
    id: 'alembic',
    files: {
      '/p/alembic/versions/bbb_first.py': 'revision = "bbb"\ndown_revision = None\n',
      '/p/alembic/versions/aaa_second.py': 'revision: str = "aaa"\ndown_revision: Union[str, None] = "bbb"\n',
    },
    because: /down_revision/,
    next: [],
    holds: 'many',
    written: [
      /^revision = "[0-9a-f]{12}"$/m,
      'down_revision = "aaa"\n',
      'def upgrade() -> None:\n    with op.get_context().autocommit_block():\n        # Beside reads and writes.\n        op.execute("""CREATE INDEX',
    ],
  },
  {
    id: 'ecto',
    files: {
      '/p/priv/repo/migrations/20240101000000_a.exs':
        'defmodule Shop.Repo.Migrations.A do\n  use Ecto.Migration\nend\n',
    },
    because: /use Ecto\.Migration/,
    next: ['/p/priv/repo/migrations/20260131120000_one.exs', '/p/priv/repo/migrations/20260131120001_two.exs'],
    holds: 'many',
    written: [
      'defmodule Shop.Repo.Migrations.IndexOrdersAt do\n  use Ecto.Migration\n\n  @disable_ddl_transaction true\n  @disable_migration_lock true\n',
      'execute(~S"""\nSELECT 1'.replace('\n', '\n    '),
    ],
  },
];

function projectIn(files: MemoryProject, path: string): Project {
  const { framework, recognition } = recognise(path, files);
  const { root, because, strength, version } = recognition;
  return { framework, root, because, strength, version, files };
}

function problemsOf(path: string, text: string): string[] {
  if (!/\.[cm]?[jt]s$/.test(path)) return [];
  const { diagnostics = [] } = ts.transpileModule(text, {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, allowJs: true },
  });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('tools whose migrations are code', () => {
  before(async () => {
    await loadJavaScript();
    await loadScripts();
  });

  for (const each of cases) {
    const [first = ''] = Object.keys(each.files);
    const files = new MemoryProject(each.files);

    describe(`${each.id}: ${first}`, () => {
      const project = projectIn(files, first);
      const { framework } = project;
      const place = { project, existing: Object.keys(each.files), directory: project.root, now };

      it('is recognised, and says why', () => {
        assert.equal(framework.id, each.id);
        assert.match(project.because, each.because);
        assert.equal(frameworkById(each.id), framework);
      });

      it('runs its files in its order', () => {
        const reversed = Object.keys(each.files).reverse();
        assert.ok(reversed.every((path) => framework.directionOf(path, project) === 'up'));
        assert.deepEqual(framework.order(reversed, project), Object.keys(each.files));
      });

      it('says where a concurrent index goes', () => {
        assert.equal(framework.outside(project).holds, each.holds);
      });

      if (each.next.length > 0)
        it('names new files behind all others', () => {
          assert.deepEqual(framework.nextPaths(['one', 'two'], place), each.next);
        });

      it('writes both directions as code', () => {
        const [written] = framework.write([index], place);
        assert.ok(written);
        for (const part of each.written)
          assert.ok(
            typeof part === 'string' ? written.up.text.includes(part) : part.test(written.up.text),
            `${String(part)}\n---\n${written.up.text}`,
          );
        assert.deepEqual(problemsOf(written.up.path, written.up.text), []);
        assert.equal(written.down, undefined);
      });

      it('keeps what a string of its language would take for its own', () => {
        const [written] = framework.write([{ ...index, up: odd, outside: false, downOutside: false }], place);
        assert.deepEqual(problemsOf(written?.up.path ?? '', written?.up.text ?? ''), []);
        assert.equal(evaluated(framework, written?.up.text ?? ''), odd.replace(/;\n$/, ''));
      });

      if (readsCode(each.id))
        it('leaves the lines of a text where they stand', () => {
          for (const up of [
            "COMMENT ON TABLE orders IS 'one\n  two\n\nthree'",
            'COMMENT ON TABLE orders IS $$one\ntwo$$',
            "DO $$\nBEGIN\n  RAISE NOTICE 'one\ntwo';\nEND\n$$",
            'CREATE INDEX "a\nb" ON orders (at)',
          ]) {
            const [written] = framework.write(
              [{ ...index, up: `${up};\n`, outside: false, downOutside: false }],
              place,
            );
            const { path = '', text = '' } = written?.up ?? {};
            const file = readHostFile(framework.id, text, { path, files: project.files });
            const sql = file?.script.text ?? text;
            // Blanks between the words of the code itself may be others.
            const [wanted, seen] = [up, sql].map((each) => each.replace(/\n +(?=BEGIN|RAISE|END|\$)/g, '\n'));
            assert.ok(seen?.includes(wanted ?? ''), `${wanted}\n---\n${text}\n---\n${sql}`);
          }
        });
    });
  }
});

/** The first SQL in the text, as its language would read it. */
function evaluated({ id }: Framework, text: string): string {
  if (id === 'rails') return (/<<~'SQL'\n([\s\S]*?)\n\s*SQL\n/.exec(text)?.[1] ?? '').trim();
  if (id === 'ecto') return (/~S"""\n([\s\S]*?)\n\s*"""\)/.exec(text)?.[1] ?? '').trim();
  if (id === 'django' || id === 'alembic') {
    const [, body = ''] = /"""(COMMENT(?:\\[\s\S]|(?!""")[\s\S])*)"""/.exec(text) ?? [];
    const read = body.replace(/\\([\\"])/g, '$1');
    return id === 'alembic' ? read.replace(/\\:/g, ':') : read;
  }
  const [, body = ''] = /`((?:\\[\s\S]|[^`\\])*)`/.exec(text) ?? [];
  const read = body.replace(/\\([\\`$])/g, '$1');
  // What Knex itself makes of it: a bare question mark would be a parameter.
  return id === 'knex' ? read.replace(/(?<!\\)\?/g, '$1').replace(/\\\?/g, '?') : read;
}
