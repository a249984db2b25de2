import { type CodeChange, type CodeTool, indent } from './words.js';

const functions = (argument: string, { up, down }: CodeChange): string =>
  `exports.up = async (${argument}) => {\n${indent(up, 2)}\n};\n\nexports.down = async (${argument}) => {${down === '' || down === undefined ? '' : `\n${indent(down, 2)}\n`}};\n`;

const alter = (body: string): string => `await knex.schema.alterTable('account', (table) => {\n${indent(body, 2)}\n});`;
const onIndex = "table.index(['email'], 'account_email');";
const offIndex = "table.dropIndex(['email'], 'account_email');";
const onNote = "table.text('note');";
const offNote = "table.dropColumn('note');";

const knex: CodeTool = {
  id: 'knex',
  raw: (sql) => `await knex.raw(\`${sql}\`);`,
  words: {
    index: { up: alter(onIndex), down: alter(offIndex) },
    'index beside': { up: `${alter(onNote)}\n${alter(onIndex)}`, down: `${alter(offIndex)}\n${alter(offNote)}` },
    'index in one call': { up: alter(`${onNote}\n${onIndex}`), down: alter(`${offIndex}\n${offNote}`) },
    'not null': { up: alter("table.dropNullable('email');"), down: alter("table.setNullable('email');") },
    'foreign key': {
      up: alter("table.foreign('team_id', 'account_team').references('id').inTable('team');"),
      down: alter("table.dropForeign('team_id', 'account_team');"),
    },
    check: {
      up: alter("table.check('email is not null', [], 'email_given');"),
      down: alter("table.dropChecks('email_given');"),
    },
    column: {
      up: alter("table.text('note').notNullable().defaultTo(knex.raw('md5(random()::text)'));"),
      down: alter(offNote),
    },
  },
  file: (change) => ({
    [`migrations/${change.version}_${change.name}.js`]: `${functions('knex', change)}${change.outside ? '\nexports.config = { transaction: false };\n' : ''}`,
  }),
};

const createIndex =
  "await queryRunner.createIndex('account', new TableIndex({ name: 'account_email', columnNames: ['email'] }));";
const dropIndex = "await queryRunner.dropIndex('account', 'account_email');";
const addColumn =
  "await queryRunner.addColumn('account', new TableColumn({ name: 'note', type: 'text', isNullable: true }));";
const dropColumn = "await queryRunner.dropColumn('account', 'note');";
const changeColumn = (isNullable: boolean): string =>
  `await queryRunner.changeColumn('account', 'email', new TableColumn({ name: 'email', type: 'text', isNullable: ${isNullable} }));`;

const typeorm: CodeTool = {
  id: 'typeorm',
  raw: (sql) => `await queryRunner.query(\`\n  ${sql}\n\`);`,
  words: {
    index: { up: createIndex, down: dropIndex },
    'index beside': { up: `${addColumn}\n${createIndex}`, down: `${dropIndex}\n${dropColumn}` },
    'not null': { up: changeColumn(false), down: changeColumn(true) },
    'foreign key': {
      up: "await queryRunner.createForeignKey('account', new TableForeignKey({\n  name: 'account_team',\n  columnNames: ['team_id'],\n  referencedTableName: 'team',\n  referencedColumnNames: ['id'],\n}));",
      down: "await queryRunner.dropForeignKey('account', 'account_team');",
    },
    check: {
      up: "await queryRunner.createCheckConstraint('account', new TableCheck({ name: 'email_given', expression: 'email IS NOT NULL' }));",
      down: "await queryRunner.dropCheckConstraint('account', 'email_given');",
    },
    column: {
      up: "await queryRunner.addColumn('account', new TableColumn({ name: 'note', type: 'text', default: 'md5(random()::text)' }));",
      down: dropColumn,
    },
  },
  file: ({ version, name, up, down, outside }) => ({
    [`migrations/${version}-${name}.js`]: `const { TableCheck, TableColumn, TableForeignKey, TableIndex } = require('typeorm');

module.exports = class ${name}${version} {
${outside ? '  transaction = false;\n\n' : ''}  async up(queryRunner) {\n${indent(up, 4)}\n  }

  async down(queryRunner) {${down === '' || down === undefined ? '' : `\n${indent(down, 4)}\n  `}}
};\n`,
  }),
};

const onRow = "await queryInterface.addIndex('account', ['email'], { name: 'account_email' });";
const offRow = "await queryInterface.removeIndex('account', 'account_email');";
const withNote = "await queryInterface.addColumn('account', 'note', { type: Sequelize.TEXT });";
const withoutNote = "await queryInterface.removeColumn('account', 'note');";

const sequelize: CodeTool = {
  id: 'sequelize',
  raw: (sql) => `await queryInterface.sequelize.query(\`${sql};\`);`,
  words: {
    index: { up: onRow, down: offRow },
    'index beside': { up: `${withNote}\n${onRow}`, down: `${offRow}\n${withoutNote}` },
    'not null': {
      up: "await queryInterface.changeColumn('account', 'email', { type: Sequelize.TEXT, allowNull: false });",
      down: "await queryInterface.changeColumn('account', 'email', { type: Sequelize.TEXT, allowNull: true });",
    },
    'foreign key': {
      up: "await queryInterface.addConstraint('account', {\n  fields: ['team_id'],\n  type: 'foreign key',\n  name: 'account_team',\n  references: { table: 'team', field: 'id' },\n});",
      down: "await queryInterface.removeConstraint('account', 'account_team');",
    },
    check: {
      up: "await queryInterface.addConstraint('account', {\n  fields: ['email'],\n  type: 'check',\n  name: 'email_given',\n  where: { email: { [Sequelize.Op.ne]: null } },\n});",
      down: "await queryInterface.removeConstraint('account', 'email_given');",
    },
    column: {
      up: "await queryInterface.addColumn('account', 'note', {\n  type: Sequelize.TEXT,\n  allowNull: false,\n  defaultValue: Sequelize.literal('md5(random()::text)'),\n});",
      down: withoutNote,
    },
  },
  file: (change) => ({
    [`migrations/${change.version}-${change.name}.js`]: functions('queryInterface, Sequelize', change),
  }),
};

const npmIndex = "pgm.createIndex('account', 'email', { name: 'account_email' });";
const npmOffIndex = "pgm.dropIndex('account', 'email', { name: 'account_email' });";
const npmNote = "pgm.addColumns('account', { note: { type: 'text' } });";
const npmOffNote = "pgm.dropColumns('account', ['note']);";

const nodePgMigrate: CodeTool = {
  id: 'node-pg-migrate',
  raw: (sql) => `pgm.sql(\`\n  ${sql};\n\`);`,
  words: {
    index: { up: npmIndex, down: npmOffIndex },
    'index beside': { up: `${npmNote}\n${npmIndex}`, down: `${npmOffIndex}\n${npmOffNote}` },
    'not null': {
      up: "pgm.alterColumn('account', 'email', { notNull: true });",
      down: "pgm.alterColumn('account', 'email', { notNull: false });",
    },
    'foreign key': {
      up: "pgm.addConstraint('account', 'account_team', {\n  foreignKeys: { columns: 'team_id', references: 'team(id)' },\n});",
      down: "pgm.dropConstraint('account', 'account_team');",
    },
    check: {
      up: "pgm.addConstraint('account', 'email_given', { check: 'email IS NOT NULL' });",
      down: "pgm.dropConstraint('account', 'email_given');",
    },
    column: {
      up: "pgm.addColumns('account', { note: { type: 'text', notNull: true, default: pgm.func('md5(random()::text)') } });",
      down: npmOffNote,
    },
  },
  file: ({ version, name, up, down, outside }) => {
    const mark = outside ? '  pgm.noTransaction();\n' : '';
    const back =
      down === ''
        ? 'exports.down = (pgm) => {};\n'
        : `exports.down = (pgm) => {\n${mark}${indent(down ?? '', 2)}\n};\n`;
    return {
      [`migrations/${version}_${name}.js`]: `exports.up = (pgm) => {\n${mark}${indent(up, 2)}\n};\n${down === undefined ? '' : `\n${back}`}`,
    };
  },
};

/** node-pg-migrate takes a migration back by itself where the file has no down. */
const nodePgMigrateDerived: CodeTool = {
  ...nodePgMigrate,
  style: ', no down',
  words: Object.fromEntries(
    Object.entries(nodePgMigrate.words)
      .filter(([name]) => name !== 'not null')
      .map(([name, { up }]) => [name, { up, down: undefined }]),
  ),
};

const kyselyIndex = "await db.schema.createIndex('account_email').on('account').column('email').execute();";
const kyselyOffIndex = "await db.schema.dropIndex('account_email').execute();";
const kyselyNote = "await db.schema.alterTable('account').addColumn('note', 'text').execute();";
const kyselyOffNote = "await db.schema.alterTable('account').dropColumn('note').execute();";

const kysely: CodeTool = {
  id: 'kysely',
  raw: (sql) => `await sql\`${sql}\`.execute(db);`,
  words: {
    index: { up: kyselyIndex, down: kyselyOffIndex },
    'index beside': { up: `${kyselyNote}\n${kyselyIndex}`, down: `${kyselyOffIndex}\n${kyselyOffNote}` },
    'not null': {
      up: "await db.schema.alterTable('account').alterColumn('email', (column) => column.setNotNull()).execute();",
      down: "await db.schema.alterTable('account').alterColumn('email', (column) => column.dropNotNull()).execute();",
    },
    'foreign key': {
      up: "await db.schema\n  .alterTable('account')\n  .addForeignKeyConstraint('account_team', ['team_id'], 'team', ['id'])\n  .execute();",
      down: "await db.schema.alterTable('account').dropConstraint('account_team').execute();",
    },
    check: {
      up: "await db.schema.alterTable('account').addCheckConstraint('email_given', sql`email is not null`).execute();",
      down: "await db.schema.alterTable('account').dropConstraint('email_given').execute();",
    },
    column: {
      up: "await db.schema\n  .alterTable('account')\n  .addColumn('note', 'text', (column) => column.notNull().defaultTo(sql`md5(random()::text)`))\n  .execute();",
      down: kyselyOffNote,
    },
  },
  file: (change) => ({
    [`migrations/${change.version}_${change.name}.js`]: `const { sql } = require('kysely');\n\n${functions('db', change)}`,
  }),
};

const mikroorm: CodeTool = {
  id: 'mikroorm',
  raw: (sql) => `this.addSql(\`${sql};\`);`,
  words: {},
  file: ({ version, name, up, down, outside }) => ({
    [`migrations/Migration${version}_${name}.js`]: `const { Migration } = require('@mikro-orm/migrations');

exports.Migration${version}_${name} = class Migration${version}_${name} extends Migration {
${outside ? '  isTransactional() {\n    return false;\n  }\n\n' : ''}  async up() {\n${indent(up, 4)}\n  }

  async down() {${down === '' || down === undefined ? '' : `\n${indent(down, 4)}\n  `}}
};\n`,
  }),
};

/** Functions that return what they call, as older migrations are written: those of one call. */
function returning(tool: CodeTool, style: string, form: (argument: string, call: string) => string): CodeTool {
  return {
    ...tool,
    style,
    words: Object.fromEntries(
      Object.entries(tool.words).filter(([, { up, down = '' }]) =>
        [up, down].every((each) => each.match(/\bawait\b/g)?.length === 1),
      ),
    ),
    file: (change) =>
      Object.fromEntries(
        Object.entries(tool.file(change)).map(([path, text]) => [
          path,
          text
            .replace(/async \(([^)]*)\) => \{\n {2}await ([\s\S]*?);\n\};/g, (_, argument, call) =>
              form(argument, call),
            )
            .replace(/async (\([^)]*\)) => \{\};/g, 'function $1 {\n};'),
        ]),
      ),
  };
}

const withReturn = (argument: string, call: string): string => `function (${argument}) {\n  return ${call};\n};`;
const withoutBlock = (argument: string, call: string): string => `(${argument}) => ${call};`;

export const javascriptWords: readonly CodeTool[] = [
  knex,
  returning(knex, ', return', withReturn),
  returning(knex, ', no block', withoutBlock),
  typeorm,
  sequelize,
  returning(sequelize, ', return', withReturn),
  nodePgMigrate,
  nodePgMigrateDerived,
  kysely,
  mikroorm,
];
