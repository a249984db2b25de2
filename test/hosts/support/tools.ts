import type { Code } from '../../../server/src/hosts/code.js';
import type { HostFile } from '../../../server/src/hosts/index.js';
import type { HostMigration } from '../../../server/src/hosts/migration.js';
import { plainText, scriptOf } from '../../../server/src/hosts/script.js';
import { readKnex } from '../../../server/src/hosts/tools/knex.js';
import { readKysely } from '../../../server/src/hosts/tools/kysely.js';
import { readMikroorm } from '../../../server/src/hosts/tools/mikroorm.js';
import { readNodePgMigrate } from '../../../server/src/hosts/tools/node-pg-migrate.js';
import { readSequelize } from '../../../server/src/hosts/tools/sequelize.js';
import { readTypeorm } from '../../../server/src/hosts/tools/typeorm.js';
import { split } from '../../../server/src/sql/split.js';
import { codeOf, type JavaScript } from './javascript.js';

/** A tool of JavaScript, and a file of it around the body of its `up`. */
export interface HostTool {
  readonly read: (code: Code, context: { readonly version?: string }) => HostMigration | undefined;
  readonly language: JavaScript;
  readonly file: (up: string) => string;
}

export const hostTools = {
  knex: {
    read: readKnex,
    language: 'javascript',
    file: (up) => `exports.up = async (knex) => {\n${up}\n};\n`,
  },
  'node-pg-migrate': {
    read: readNodePgMigrate,
    language: 'javascript',
    file: (up) => `exports.up = (pgm) => {\n${up}\n};\n`,
  },
  sequelize: {
    read: readSequelize,
    language: 'javascript',
    file: (up) => `module.exports = {\n  async up(queryInterface, Sequelize) {\n${up}\n  },\n};\n`,
  },
  typeorm: {
    read: readTypeorm,
    language: 'typescript',
    file: (up) =>
      `export class A1 implements MigrationInterface {\n  async up(queryRunner: QueryRunner): Promise<void> {\n${up}\n  }\n}\n`,
  },
  kysely: {
    read: readKysely,
    language: 'typescript',
    file: (up) => `export async function up(db: Kysely<any>): Promise<void> {\n${up}\n}\n`,
  },
  mikroorm: {
    read: readMikroorm,
    language: 'typescript',
    file: (up) => `export class M extends Migration {\n  async up(): Promise<void> {\n${up}\n  }\n}\n`,
  },
} satisfies Record<string, HostTool>;

/** The statements of one direction; what is not known as "?? " and its reason. */
export function sqlOf(migration: HostMigration | undefined, direction: 'up' | 'down' = 'up'): string[] {
  return (migration?.[direction] ?? []).flatMap(({ pieces }) =>
    pieces.flatMap((piece) => {
      if (piece.kind === 'unknown') return [`?? ${piece.reason}`];
      const sql = piece.kind === 'built' ? piece.sql : plainText(piece.sql);
      return split(sql).pieces.map(({ span }) => sql.slice(span.start, span.end));
    }),
  );
}

/** A whole file, read by a tool. */
export function readFile(tool: HostTool, text: string, version = '1.1.1'): HostMigration | undefined {
  return tool.read(codeOf(text, tool.language), { version });
}

/** What the body of an `up` sends, by a version of the tool. */
export function upOf(tool: HostTool, up: string, version?: string): string[] {
  return sqlOf(readFile(tool, tool.file(up), version));
}

/** A file with its script, as the rest of Airlock has it. */
export function hostFileOf(tool: HostTool, text: string): HostFile | undefined {
  const code = codeOf(text, tool.language);
  const migration = tool.read(code, {});
  return migration && { text, code, migration, script: scriptOf(migration, code) };
}
