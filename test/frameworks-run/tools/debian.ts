import type { Tool } from '../contract.js';
import { asFile, days, filesOf, quoted } from './text.js';

const sqitch: Tool = {
  name: 'Sqitch',
  id: 'sqitch',
  source: { debian: 'sqitch', version: ['sqitch', '--version'] },
  files: (changes) => ({
    'sqitch.conf': '[core]\n\tengine = pg\n[user]\n\tname = Airlock\n\temail = airlock@example.org\n',
    'sqitch.plan': `%syntax-version=1.0.0\n%project=airlock\n\n${changes
      .map(({ version, name }) => `v${version}_${name} 2024-01-01T00:00:00Z Airlock <airlock@example.org> # ${name}\n`)
      .join('')}`,
    ...filesOf(changes, ({ version, name, up, down, outside }) => {
      const wrap = (statements: readonly string[]) =>
        outside ? asFile(statements) : `BEGIN;\n\n${asFile(statements)}\nCOMMIT;\n`;
      return [
        [`deploy/v${version}_${name}.sql`, `-- Deploy airlock:v${version}_${name} to pg\n\n${wrap(up)}`],
        [`revert/v${version}_${name}.sql`, `-- Revert airlock:v${version}_${name} from pg\n\n${wrap(down)}`],
        [
          `verify/v${version}_${name}.sql`,
          `-- Verify airlock:v${version}_${name} on pg\n\nBEGIN;\nSELECT 1;\nROLLBACK;\n`,
        ],
      ];
    }),
  }),
  up: ({ port, database }) => ['sqitch', 'deploy', `db:pg://postgres:postgres@127.0.0.1:${port}/${database}`],
  down: ({ port, database }) => ['sqitch', 'revert', '-y', `db:pg://postgres:postgres@127.0.0.1:${port}/${database}`],
  applied: 'SELECT change FROM sqitch.changes ORDER BY committed_at',
  versions: ['1', '2', '3'],
  odd: ['10', '9', '2'],
  hasMark: true,
  traps: [
    {
      fact: 'trap: psql variable and command',
      files: {
        'sqitch.plan': '%syntax-version=1.0.0\n%project=airlock\n\na 2024-01-01T00:00:00Z A <a@example.org> # a\n',
        'deploy/a.sql': '\\set name first\nCREATE TABLE :name ();\n',
        'revert/a.sql': 'SELECT 1;\n',
      },
      ask: "SELECT to_regclass('first')",
    },
  ],
};

/** Statements of sql-migrate: it cuts at semicolons, within bodies as well, but for what stands between its marks. */
const whole = (statements: readonly string[]): string =>
  statements
    .map((each) =>
      each.includes('$') ? `-- +migrate StatementBegin\n${each};\n-- +migrate StatementEnd\n` : `${each};\n`,
    )
    .join('');

const sqlMigrate: Tool = {
  name: 'sql-migrate',
  id: 'sql-migrate',
  source: { debian: 'sql-migrate', version: ['sql-migrate', '--version'] },
  files: (changes, { port, database }) => ({
    'dbconfig.yml': `development:\n  dialect: postgres\n  datasource: host=127.0.0.1 port=${port} user=postgres password=postgres dbname=${database} sslmode=disable\n  dir: migrations\n`,
    ...filesOf(changes, ({ version, name, up, down, outside }) => {
      const mark = outside ? ' notransaction' : '';
      return [
        [
          `migrations/${version}-${name}.sql`,
          `-- +migrate Up${mark}\n${whole(up)}\n-- +migrate Down${mark}\n${whole(down)}`,
        ],
      ];
    }),
  }),
  up: () => ['sql-migrate', 'up'],
  down: () => ['sql-migrate', 'down'],
  applied: 'SELECT id FROM gorp_migrations ORDER BY applied_at',
  versions: days,
  odd: ['1', '2', '9', '10', '20240101000000'],
  hasMark: true,
  traps: [
    {
      fact: 'trap: function body',
      files: {
        'migrations/1-a.sql':
          '-- +migrate Up\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  PERFORM 1;\n  RETURN 1;\nEND;\n$$;\n',
      },
      ask: "SELECT to_regproc('f')",
    },
    {
      fact: 'trap: function body between its marks',
      files: {
        'migrations/1-a.sql':
          '-- +migrate Up\n-- +migrate StatementBegin\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  PERFORM 1;\n  RETURN 1;\nEND;\n$$;\n-- +migrate StatementEnd\n',
      },
      ask: "SELECT to_regproc('f')",
    },
    { fact: 'trap: no way forward', files: { 'migrations/1-a.sql': 'CREATE TABLE first ();\n' } },
    {
      fact: 'trap: last statement without a semicolon',
      files: { 'migrations/1-a.sql': '-- +migrate Up\nCREATE TABLE first ()\n' },
      ask: "SELECT to_regclass('first')",
    },
  ],
};

const alembic: Tool = {
  name: 'Alembic',
  id: 'alembic',
  source: { debian: 'python3-alembic', version: ['/usr/bin/python3', '-m', 'alembic', '--version'] },
  files: (changes, { port, database }) => ({
    'alembic.ini': '[alembic]\nscript_location = alembic\n',
    'alembic/script.py.mako': '',
    'alembic/env.py': `from alembic import context
from sqlalchemy import create_engine, pool
engine = create_engine(${quoted(`postgresql+psycopg2://postgres:postgres@127.0.0.1:${port}/${database}`)}, poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
`,
    ...filesOf(changes, ({ version, name, up, down, outside }) => {
      const before = changes.findIndex((each) => each.version === version) - 1;
      const body = (statements: readonly string[]) => {
        const indent = outside ? '        ' : '    ';
        const head = outside ? '    with op.get_context().autocommit_block():\n' : '';
        return head + statements.map((each) => `${indent}op.execute(${quoted(each)})\n`).join('');
      };
      return [
        [
          `alembic/versions/${version}_${name}.py`,
          `from alembic import op
revision = '${version}'
down_revision = ${before < 0 ? 'None' : quoted(changes[before]?.version ?? '')}
def upgrade():\n${body(up)}
def downgrade():\n${body(down)}`,
        ],
      ];
    }),
  }),
  up: () => ['/usr/bin/python3', '-m', 'alembic', 'upgrade', 'head'],
  down: () => ['/usr/bin/python3', '-m', 'alembic', 'downgrade', '-1'],
  applied: 'SELECT version_num FROM alembic_version',
  keepsLast: true,
  versions: ['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'cccccccccccc'],
  odd: ['bbbbbbbbbbbb', 'aaaaaaaaaaaa'],
  hasMark: true,
};

const django: Tool = {
  name: 'Django',
  id: 'django',
  source: { debian: 'python3-django', version: ['/usr/bin/python3', '-m', 'django', '--version'] },
  files: (changes, { port, database }) => ({
    'settings.py': `SECRET_KEY = 'x'
INSTALLED_APPS = ['app']
DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': '127.0.0.1', 'PORT': ${port}, 'USER': 'postgres', 'PASSWORD': 'postgres', 'NAME': ${quoted(database)}}}
`,
    'app/__init__.py': '',
    'app/migrations/__init__.py': '',
    ...filesOf(changes, ({ version, name, up, down, outside }) => {
      const before = changes.findIndex((each) => each.version === version) - 1;
      const previous = changes[before];
      return [
        [
          `app/migrations/${version}_${name}.py`,
          `from django.db import migrations
class Migration(migrations.Migration):
    atomic = ${outside ? 'False' : 'True'}
    dependencies = [${previous ? `('app', '${previous.version}_${previous.name}')` : ''}]
    operations = [migrations.RunSQL([${up.map(quoted).join(', ')}], reverse_sql=[${down.map(quoted).join(', ')}])]
`,
        ],
      ];
    }),
  }),
  up: () => ['/usr/bin/python3', '-m', 'django', 'migrate', '--settings', 'settings', '--pythonpath', '.'],
  // All behind the first, or that.
  down: (_target, last) => [
    '/usr/bin/python3',
    '-m',
    'django',
    'migrate',
    '--settings',
    'settings',
    '--pythonpath',
    '.',
    'app',
    last.version === '0001' ? 'zero' : '0001',
  ],
  applied: "SELECT name FROM django_migrations WHERE app = 'app' ORDER BY id",
  versions: ['0001', '0002', '0003'],
  odd: ['0010', '0002'],
  hasMark: true,
};

const rails: Tool = {
  name: 'Rails',
  id: 'rails',
  source: {
    debian: 'ruby-activerecord (and ruby-pg)',
    version: ['ruby', '-e', 'require "active_record"; require "pg"; puts ActiveRecord.version'],
  },
  files: (changes, { url }) => ({
    'run.rb': `require 'active_record'
ActiveRecord::Base.establish_connection(${quoted(url)})
context = ActiveRecord::MigrationContext.new('db/migrate', ActiveRecord::SchemaMigration)
ARGV[0] == 'up' ? context.migrate : context.rollback(1)
`,
    ...filesOf(changes, ({ version, name, up, down, outside }) => {
      const body = (statements: readonly string[]) =>
        statements.map((each) => `    execute ${quoted(each)}\n`).join('');
      return [
        [
          `db/migrate/${version}_${name}.rb`,
          `class ${name[0]?.toUpperCase()}${name.slice(1)} < ActiveRecord::Migration[6.1]
${outside ? '  disable_ddl_transaction!\n' : ''}  def up\n${body(up)}  end\n  def down\n${body(down)}  end\nend\n`,
        ],
      ];
    }),
  }),
  up: () => ['ruby', 'run.rb', 'up'],
  down: () => ['ruby', 'run.rb', 'down'],
  applied: 'SELECT version FROM schema_migrations ORDER BY version',
  versions: days,
  hasMark: true,
};

export const debianTools: readonly Tool[] = [sqitch, sqlMigrate, alembic, django, rails];
