import { debianWords } from '../../frameworks-run/code/debian.js';
import { javascriptWords } from '../../frameworks-run/code/javascript.js';
import type { CodeTool } from '../../frameworks-run/code/words.js';
import { Folder } from '../../support/folder.js';

/** A small project of a tool whose migrations are code: one that makes the tables, and one to be looked at. */
export interface CodeProject {
  readonly words: CodeTool;
  /** The path of the second migration. */
  readonly file: string;
  /** The project with this second migration in it. */
  make(body: { readonly up: string; readonly down?: string | undefined; readonly outside?: boolean }): Folder;
}

const history = [
  'CREATE TABLE team (id bigint PRIMARY KEY)',
  'CREATE TABLE account (id bigint PRIMARY KEY, email text, plan text, team_id bigint)',
];

const packages = (names: Readonly<Record<string, string>>) => ({
  'package.json': JSON.stringify({ dependencies: names }),
});

interface Place {
  readonly manifest: Readonly<Record<string, string>>;
  readonly versions: readonly [string, string];
}

const days: Place['versions'] = ['20240101000000', '20240102000000'];
const moments: Place['versions'] = ['1700000000000', '1700000001000'];

const places: Readonly<Record<string, Place>> = {
  knex: { manifest: packages({ knex: '3.1.0', pg: '8.0.0' }), versions: days },
  typeorm: { manifest: packages({ typeorm: '0.3.27', pg: '8.0.0' }), versions: moments },
  sequelize: { manifest: packages({ sequelize: '6.37.0', pg: '8.0.0' }), versions: days },
  'node-pg-migrate': { manifest: packages({ 'node-pg-migrate': '8.0.0', pg: '8.0.0' }), versions: moments },
  kysely: { manifest: packages({ kysely: '0.28.0', pg: '8.0.0' }), versions: moments },
  mikroorm: {
    manifest: packages({ '@mikro-orm/migrations': '6.6.0', '@mikro-orm/postgresql': '6.6.0' }),
    versions: days,
  },
  alembic: {
    manifest: { 'requirements.txt': 'alembic==1.13.0\npsycopg2\n' },
    versions: ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'],
  },
  django: { manifest: { 'requirements.txt': 'Django==4.2\npsycopg2\n' }, versions: ['0001', '0002'] },
  rails: { manifest: { Gemfile: "gem 'rails', '7.1.0'\ngem 'pg'\n" }, versions: days },
};

function projectOf(words: CodeTool): CodeProject | undefined {
  const place = places[words.id];
  if (words.style !== undefined || !place) return undefined;
  const [first, second] = place.versions;
  const base = words.base?.(first, history) ?? {
    ...words.file({
      version: first,
      name: 'base',
      before: { version: 'none', name: 'none' },
      up: history.map((sql) => words.raw(sql, 'SELECT 1')).join('\n'),
      down: words.raw('DROP TABLE account, team', 'SELECT 1'),
      outside: false,
    }),
  };
  const next = (body: { up: string; down: string | undefined; outside: boolean }) =>
    words.file({ version: second, name: 'next', before: { version: first, name: 'base' }, ...body });
  return {
    words,
    file: Object.keys(next({ up: '', down: undefined, outside: false }))[0] ?? '',
    make: ({ up, down, outside = false }) =>
      new Folder({
        ...place.manifest,
        ...base,
        ...next({ up, down: down ?? (words.isDerived ? undefined : ''), outside }),
      }),
  };
}

/** One for each tool. */
export const codeProjects: readonly CodeProject[] = [...javascriptWords, ...debianWords].flatMap(
  (words) => projectOf(words) ?? [],
);
