import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import ts from 'typescript';
import type { Framework, NewMigration } from '../../server/src/frameworks/framework.js';
import { directoryOf } from '../../server/src/frameworks/framework.js';
import { recognise } from '../../server/src/frameworks/index.js';
import { concurrentIndex, MemoryProject, now, projectOf } from './support/tool-case.js';

interface HostCase {
  readonly files: Readonly<Record<string, string>>;
  readonly packages?: Readonly<Record<string, string>>;
  /** In the order in which they run. */
  readonly order: readonly string[];
  readonly next: readonly string[];
}

/** Quotes, backslashes, placeholders and bodies of every kind. */
const awkward: NewMigration = {
  slug: 'awkward_one',
  up: 'CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT \'a\\b\' || "c`d" || \'${x} """ :y\'; $$;\nSELECT 1::int;\n',
  down: 'DROP FUNCTION f();\n',
  outside: false,
  downOutside: false,
};

const python = (revision: string, down: string): string =>
  `"""x"""\nfrom alembic import op\n\nrevision = '${revision}'\ndown_revision = ${down}\n`;
const rb = (name: string): string => `class ${name} < ActiveRecord::Migration[7.1]\n  def change\n  end\nend\n`;
const dj = (dependencies: string): string =>
  `from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    dependencies = [${dependencies}]\n    operations = []\n`;

const cases: Readonly<Record<string, HostCase>> = {
  knex: {
    files: {
      '/a/migrations/20240101000000_a.js': 'exports.up = (knex) => knex.raw("SELECT 1");\nexports.down = () => {};\n',
      '/a/migrations/20240102000000_b.js': 'exports.up = (knex) => knex.raw("SELECT 1");\nexports.down = () => {};\n',
    },
    packages: { knex: '3.1.0' },
    order: ['/a/migrations/20240101000000_a.js', '/a/migrations/20240102000000_b.js'],
    next: ['/a/migrations/20261129120000_one.js', '/a/migrations/20261129120001_two.js'],
  },
  typeorm: {
    files: {
      '/a/src/1704067200000-A.ts':
        "import { MigrationInterface, QueryRunner } from 'typeorm';\nexport class A1704067200001 implements MigrationInterface {}\n",
      '/a/src/1704067200009-B.ts': 'export class B1704067200000 implements MigrationInterface { up(queryRunner) {} }\n',
    },
    packages: { typeorm: '0.3.20' },
    // The class decides.
    order: ['/a/src/1704067200009-B.ts', '/a/src/1704067200000-A.ts'],
    next: ['/a/src/1795953600000-One.ts', '/a/src/1795953600001-Two.ts'],
  },
  sequelize: {
    files: {
      '/a/migrations/20240101000000-a.js': 'module.exports = { async up(queryInterface) {}, async down() {} };\n',
    },
    packages: { sequelize: '6.37.0' },
    order: ['/a/migrations/20240101000000-a.js'],
    next: ['/a/migrations/20261129120000-one.js', '/a/migrations/20261129120001-two.js'],
  },
  mikroorm: {
    files: { '/a/m/Migration20240101000000_a.ts': 'export class Migration20240101000000_a extends Migration { }\n' },
    packages: { '@mikro-orm/migrations': '6.6.0' },
    order: ['/a/m/Migration20240101000000_a.ts'],
    next: ['/a/m/Migration20261129120000_one.ts', '/a/m/Migration20261129120001_two.ts'],
  },
  kysely: {
    files: {
      '/a/m/1704067200000_a.ts':
        "import { Kysely, sql } from 'kysely';\nexport async function up(db: Kysely<any>) {}\n",
    },
    packages: { kysely: '0.28.0' },
    order: ['/a/m/1704067200000_a.ts'],
    next: ['/a/m/1795953600000_one.ts', '/a/m/1795953600001_two.ts'],
  },
  rails: {
    files: {
      '/a/db/migrate/20240101000000_a.rb': rb('A'),
      '/a/db/migrate/9_b.active_storage.rb': rb('B'),
      '/a/db/structure.sql': '',
    },
    packages: { rails: '7.1.3' },
    order: ['/a/db/migrate/9_b.active_storage.rb', '/a/db/migrate/20240101000000_a.rb'],
    next: ['/a/db/migrate/20261129120000_one.rb', '/a/db/migrate/20261129120001_two.rb'],
  },
  ecto: {
    files: {
      '/a/priv/repo/migrations/20240101000000_a.exs':
        'defmodule Shop.Repo.Migrations.A do\n  use Ecto.Migration\nend\n',
    },
    order: ['/a/priv/repo/migrations/20240101000000_a.exs'],
    next: ['/a/priv/repo/migrations/20261129120000_one.exs', '/a/priv/repo/migrations/20261129120001_two.exs'],
  },
  django: {
    files: {
      '/a/shop/migrations/__init__.py': '',
      '/a/shop/migrations/0001_initial.py': dj(''),
      '/a/shop/migrations/0003_early.py': dj("('shop', '0001_initial')"),
      '/a/shop/migrations/0002_late.py': dj("('shop', '0003_early'), ('auth', '0001_initial')"),
    },
    packages: { django: '5.2' },
    order: [
      '/a/shop/migrations/0001_initial.py',
      '/a/shop/migrations/0003_early.py',
      '/a/shop/migrations/0002_late.py',
    ],
    next: ['/a/shop/migrations/0004_one.py', '/a/shop/migrations/0005_two.py'],
  },
  alembic: {
    files: {
      '/a/alembic.ini': '',
      '/a/versions/b_first.py': python('b', 'None'),
      '/a/versions/a_second.py': python('a', "'b'"),
    },
    order: ['/a/versions/b_first.py', '/a/versions/a_second.py'],
    next: [],
  },
};

/** The messages of TypeScript's parser. */
function problemsOf(path: string, text: string): readonly string[] {
  const { diagnostics = [] } = ts.transpileModule(text, {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, allowJs: true },
  });
  return diagnostics.map(({ messageText }) => String(messageText));
}

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const checks: Readonly<Record<string, readonly string[]>> = {
  py: ['python3', '-c', 'import ast,sys; ast.parse(sys.stdin.read())'],
  rb: ['ruby', '-c'],
};

for (const [id, { files: texts, packages, order, next }] of Object.entries(cases)) {
  describe(`code for ${id}`, () => {
    const files = new MemoryProject(texts, packages);
    const [first = ''] = order;
    const tool: Framework = recognise(first, files).framework;

    it('is recognised by its code, and only there', () => {
      assert.equal(tool.id, id);
      for (const path of order) assert.equal(recognise(path, files).framework.id, id, path);
      assert.equal(
        recognise('/x/1_a.sql', new MemoryProject({ '/x/1_a.sql': 'SELECT 1;' }, packages)).framework.id,
        'sql',
      );
    });

    it('runs in its order, and names what comes behind', () => {
      const project = projectOf(tool, first, files);
      assert.deepEqual(tool.order([...order].reverse(), project), order);
      for (const path of order) assert.equal(tool.directionOf(path, project), 'up');
      const place = { project, existing: order, directory: directoryOf(first), now };
      if (next.length > 0) assert.deepEqual(tool.nextPaths(['one', 'two'], place), next);
    });

    it('is written so that its language reads it, one behind the other', () => {
      const project = projectOf(tool, first, files);
      const place = { project, existing: order, directory: directoryOf(first), now };
      const made = tool.write([concurrentIndex, awkward], place);

      for (const { up } of made) {
        if (/\.[jt]s$/.test(up.path)) assert.deepEqual(problemsOf(up.path, up.text), [], up.text);
        const [program = '', ...rest] = checks[/\w+$/.exec(up.path)?.[0] ?? ''] ?? [];
        if (program !== '' && has(program))
          execFileSync(program, rest, { input: up.text, stdio: ['pipe', 'ignore', 'inherit'] });
      }
      const all = new MemoryProject(
        { ...texts, ...Object.fromEntries(made.map(({ up }) => [up.path, up.text])) },
        packages,
      );
      const paths = [...order, ...made.map(({ up }) => up.path)];
      assert.deepEqual(tool.order([...paths].reverse(), { ...project, files: all }), paths);
    });
  });
}

describe('Knex by its configuration', () => {
  const path = '/a/lib/migrations/1_a.js';
  const text = 'const up = async (db) => {};\nmodule.exports = { up, down };\n';

  it('is known where its argument has another name', () => {
    const files = new MemoryProject({ '/a/lib/knexfile.js': 'module.exports = {};\n', [path]: text });
    assert.equal(recognise(path, files).framework.id, 'knex');
    assert.equal(recognise(path, new MemoryProject({ [path]: text })).framework.id, 'sql');
  });
});
