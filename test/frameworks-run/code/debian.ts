import { quoted } from '../tools/text.js';
import { type CodeChange, type CodeTool, indent } from './words.js';

const index = "op.create_index('account_email', 'account', ['email'])";
const noIndex = "op.drop_index('account_email', table_name='account')";
const note = "op.add_column('account', sa.Column('note', sa.Text()))";
const noNote = "op.drop_column('account', 'note')";

const alembic: CodeTool = {
  id: 'alembic',
  raw: (sql) => `op.execute(\n    """\n    ${sql}\n    """\n)`,
  words: {
    index: { up: index, down: noIndex },
    'index beside': { up: `${note}\n${index}`, down: `${noIndex}\n${noNote}` },
    'not null': {
      up: "op.alter_column('account', 'email', existing_type=sa.Text(), nullable=False)",
      down: "op.alter_column('account', 'email', existing_type=sa.Text(), nullable=True)",
    },
    'foreign key': {
      up: "op.create_foreign_key('account_team', 'account', 'team', ['team_id'], ['id'])",
      down: "op.drop_constraint('account_team', 'account', type_='foreignkey')",
    },
    check: {
      up: "op.create_check_constraint('email_given', 'account', 'email IS NOT NULL')",
      down: "op.drop_constraint('email_given', 'account', type_='check')",
    },
    column: {
      up: "op.add_column('account', sa.Column('note', sa.Text(), nullable=False, server_default=sa.text('md5(random()::text)')))",
      down: noNote,
    },
  },
  file: ({ version, name, before, up, down, outside }) => {
    const body = (text: string | undefined): string => {
      if (text === '' || text === undefined) return '    pass';
      return outside ? `    with op.get_context().autocommit_block():\n${indent(text, 8)}` : indent(text, 4);
    };
    return {
      [`alembic/versions/${version}_${name}.py`]: `"""${name}"""

import sqlalchemy as sa
from alembic import op

revision = '${version}'
down_revision = '${before.version}'


def upgrade():\n${body(up)}\n\n\ndef downgrade():\n${body(down)}\n`,
    };
  },
};

const addIndex = "add_index :account, :email, name: 'account_email'";
const removeIndex = "remove_index :account, name: 'account_email'";
const addNote = 'add_column :account, :note, :text';
const removeNote = 'remove_column :account, :note';

const rails: CodeTool = {
  id: 'rails',
  raw: (sql) => `execute <<~SQL\n  ${sql};\nSQL`,
  words: {
    index: { up: addIndex, down: removeIndex },
    'index beside': { up: `${addNote}\n${addIndex}`, down: `${removeIndex}\n${removeNote}` },
    'not null': {
      up: 'change_column_null :account, :email, false',
      down: 'change_column_null :account, :email, true',
    },
    'foreign key': {
      up: "add_foreign_key :account, :team, column: :team_id, name: 'account_team'",
      down: "remove_foreign_key :account, name: 'account_team'",
    },
    check: {
      up: "add_check_constraint :account, 'email IS NOT NULL', name: 'email_given'",
      down: "remove_check_constraint :account, name: 'email_given'",
    },
    column: {
      up: "add_column :account, :note, :text, null: false, default: -> { 'md5(random()::text)' }",
      down: removeNote,
    },
  },
  file: (change) => ({ [`db/migrate/${change.version}_${change.name}.rb`]: railsClass(change) }),
};

function railsClass({ name, up, down, outside }: CodeChange): string {
  const mark = outside ? '  disable_ddl_transaction!\n\n' : '';
  const head = `class ${name.charAt(0).toUpperCase()}${name.slice(1)} < ActiveRecord::Migration[6.1]\n${mark}`;
  if (down === undefined) return `${head}  def change\n${indent(up, 4)}\n  end\nend\n`;
  const back = down === '' ? '' : `${indent(down, 4)}\n`;
  return `${head}  def up\n${indent(up, 4)}\n  end\n\n  def down\n${back}  end\nend\n`;
}

/** Rails takes `change` back by itself. */
const railsChange: CodeTool = {
  ...rails,
  style: ', change',
  words: Object.fromEntries(Object.entries(rails.words).map(([name, { up }]) => [name, { up, down: undefined }])),
};

const djangoIndex =
  "migrations.AddIndex(model_name='account', index=models.Index(fields=['email'], name='account_email')),";
const djangoNote = "migrations.AddField(model_name='account', name='note', field=models.TextField(null=True)),";

const django: CodeTool = {
  id: 'django',
  isDerived: true,
  raw: (sql, back) =>
    `migrations.RunSQL(\n    sql="""\n        ${sql};\n    """,\n    reverse_sql=${quoted(back)},\n),`,
  words: {
    index: { up: djangoIndex, down: undefined },
    'index beside': { up: `${djangoNote}\n${djangoIndex}`, down: undefined },
    'not null': {
      up: "migrations.AlterField(model_name='account', name='email', field=models.TextField()),",
      down: undefined,
    },
    'foreign key': {
      up: "migrations.AlterField(\n    model_name='account',\n    name='team',\n    field=models.ForeignKey('app.team', models.DO_NOTHING, null=True, db_index=False),\n),",
      down: undefined,
    },
    check: {
      up: "migrations.AddConstraint(\n    model_name='account',\n    constraint=models.CheckConstraint(check=models.Q(email__isnull=False), name='email_given'),\n),",
      down: undefined,
    },
  },
  file: ({ version, name, before, up, outside }) => ({
    [`app/migrations/${version}_${name}.py`]: `from django.db import migrations, models


class Migration(migrations.Migration):
${outside ? '    atomic = False\n\n' : ''}    dependencies = [('app', '${before.version}_${before.name}')]

    operations = [\n${indent(up, 8)}\n    ]\n`,
  }),
  base: (version, statements) => ({
    [`app/migrations/${version}_base.py`]: `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = []

    operations = [
        migrations.RunSQL(
            [${statements.map(quoted).join(', ')}],
            reverse_sql=migrations.RunSQL.noop,
            state_operations=[
                migrations.CreateModel(
                    name='Team',
                    fields=[('id', models.BigIntegerField(primary_key=True))],
                    options={'db_table': 'team'},
                ),
                migrations.CreateModel(
                    name='Account',
                    fields=[
                        ('id', models.BigIntegerField(primary_key=True)),
                        ('email', models.TextField(null=True)),
                        ('plan', models.TextField(null=True)),
                        ('team', models.ForeignKey('app.team', models.DO_NOTHING, null=True, db_index=False, db_constraint=False)),
                    ],
                    options={'db_table': 'account'},
                ),
            ],
        ),
    ]
`,
  }),
};

export const debianWords: readonly CodeTool[] = [alembic, rails, railsChange, django];
