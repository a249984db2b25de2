import fs from 'node:fs';
import path from 'node:path';
import { splitSql } from '../support/split-sql.js';

/**
 * Stand-ins for tools that no package brings: what their sources say of files, sections and transactions, and nothing
 * else. They do not prove what such a tool does; they run what Airlock writes by the rules that it goes by.
 */
interface Script {
  /** What is sent, each as one query. */
  readonly queries: readonly string[];
  readonly transaction: boolean;
}

export interface Migration {
  /** Sorted by it, as a number. */
  readonly version: bigint;
  readonly name: string;
  readonly up: Script;
  readonly down: Script | undefined;
}

type Reader = (folder: string) => Promise<Migration[]>;

const read = (...parts: string[]): string | undefined => {
  const file = path.join(...parts);
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
};
const namesIn = (folder: string): string[] => fs.readdirSync(folder);
const whole = (text: string, transaction: boolean): Script => ({ queries: [text], transaction });

/** pressly/goose, internal/sqlparser/parser.go: a statement ends with the line that ends with a semicolon. */
function gooseScripts(text: string): { up: Script; down: Script } {
  const queries = { up: [] as string[], down: [] as string[] };
  let direction: 'up' | 'down' | undefined;
  let transaction = true;
  let isWhole = false;
  let buffer = '';
  const flush = () => {
    if (direction && /^(?!\s*--)\s*\S/m.test(buffer)) queries[direction].push(buffer);
    buffer = '';
  };
  for (const line of text.split('\n')) {
    const mark = /^--\s*\+goose\s+(.*?)\s*$/i.exec(line)?.[1]?.toLowerCase();
    if (mark === undefined) {
      buffer += `${line}\n`;
      if (!isWhole && /;\s*$/.test(line.replace(/--.*$/, ''))) flush();
      continue;
    }
    if (mark === 'up' || mark === 'down') {
      if (/^(?!\s*--)\s*\S/m.test(buffer)) throw new Error(`goose: a statement without its semicolon before ${line}`);
      buffer = '';
      direction = mark;
    } else if (mark === 'no transaction') transaction = false;
    else if (mark === 'statementbegin') isWhole = true;
    else if (mark === 'statementend') {
      isWhole = false;
      flush();
    } else throw new Error(`goose: unknown annotation ${line}`);
  }
  if (/^(?!\s*--)\s*\S/m.test(buffer)) throw new Error('goose: the last statement has no semicolon');
  return { up: { queries: queries.up, transaction }, down: { queries: queries.down, transaction } };
}

const goose: Reader = async (folder) =>
  namesIn(`${folder}/migrations`)
    .filter((name) => /^\d+_.*\.sql$/.test(name))
    .map((name) => ({
      version: BigInt(/^\d+/.exec(name)?.[0] ?? 0),
      name,
      ...gooseScripts(read(folder, 'migrations', name) ?? ''),
    }));

/** Files of two directions, each sent as one query: golang-migrate (source/parse.go), sqlx. */
const pairs =
  (scope: (text: string) => boolean): Reader =>
  async (folder) =>
    namesIn(`${folder}/migrations`)
      .filter((name) => /^\d+_.*\.up\.sql$/.test(name))
      .map((name) => {
        const up = read(folder, 'migrations', name) ?? '';
        const down = read(folder, 'migrations', name.replace(/\.up\.sql$/, '.down.sql'));
        return {
          version: BigInt(/^\d+/.exec(name)?.[0] ?? 0),
          name,
          up: whole(up, scope(up)),
          down: down === undefined ? undefined : whole(down, scope(down)),
        };
      });

/** diesel_migrations: folders, sent as one query, in a transaction unless metadata.toml says otherwise. */
const diesel: Reader = async (folder) =>
  namesIn(`${folder}/migrations`).map((name) => {
    const inside = (file: string) => read(folder, 'migrations', name, file);
    const metadata = inside('metadata.toml');
    const transaction = metadata === undefined || /^\s*run_in_transaction\s*=\s*true/m.test(metadata);
    const down = inside('down.sql');
    return {
      version: BigInt((name.split('_')[0] ?? '0').replaceAll('-', '')),
      name,
      up: whole(inside('up.sql') ?? '', transaction),
      down: down === undefined ? undefined : whole(down, transaction),
    };
  });

/** jackc/tern, migrate/migrate.go: statement by statement without a transaction, else as one query. */
const tern: Reader = (folder) =>
  Promise.all(
    namesIn(`${folder}/migrations`)
      .filter((name) => /^\d+_.+\.sql$/.test(name))
      .map(async (name) => {
        const text = read(folder, 'migrations', name) ?? '';
        const [up = '', down] = text.split('---- create above / drop below ----');
        const scripted = async (part: string): Promise<Script> =>
          part.includes('---- tern: disable-tx ----')
            ? { queries: await splitSql(part), transaction: false }
            : whole(part, true);
        return {
          version: BigInt(/^\d+/.exec(name)?.[0] ?? 0),
          name,
          up: await scripted(up),
          down: down === undefined ? undefined : await scripted(down),
        };
      }),
  );

const outsideOnly = [
  /^(?:CREATE|DROP) (?:DATABASE|TABLESPACE|SUBSCRIPTION)/,
  /^ALTER SYSTEM/,
  /^(?:CREATE|DROP)(?: UNIQUE)? INDEX CONCURRENTLY/,
  /^REINDEX(?: VERBOSE)? (?:SCHEMA|DATABASE|SYSTEM)/,
  /^VACUUM/,
  /^DISCARD ALL/,
];

/** Flyway: PostgreSQLParser.java, SqlScriptMetadata.java. It looks at the words of each statement, or at a .conf. */
const flyway: Reader = (folder) =>
  Promise.all(
    namesIn(`${folder}/db/migration`)
      .filter((name) => /^V[\d._]+__.*\.sql$/.test(name))
      .map(async (name) => {
        const text = read(folder, 'db/migration', name) ?? '';
        const conf = read(folder, 'db/migration', `${name}.conf`);
        const queries = await splitSql(text);
        const alone = queries.filter((each) => {
          const words = each
            .replace(/^(?:\s*--.*\n)*\s*/, '')
            .toUpperCase()
            .replace(/\s+/g, ' ');
          return outsideOnly.some((pattern) => pattern.test(words));
        });
        const isSet = /executeInTransaction\s*=\s*false/.test(conf ?? '');
        if (!isSet && alone.length > 0 && alone.length < queries.length)
          throw new Error(`Flyway: transactional and other statements in ${name}, and mixed is false`);
        const version = BigInt((/^V([\d]+)/.exec(name)?.[1] ?? '0').replace(/\D/g, ''));
        return { version, name, up: { queries, transaction: !isSet && alone.length === 0 }, down: undefined };
      }),
  );

/** ariga/atlas, sql/migrate: the directive stands in a head that an empty line ends. */
const atlas: Reader = (folder) =>
  Promise.all(
    namesIn(`${folder}/migrations`)
      .filter((name) => name.endsWith('.sql'))
      .map(async (name) => {
        const text = read(folder, 'migrations', name) ?? '';
        const head = /^(?:--.*\n)+\n/.exec(text)?.[0] ?? '';
        return {
          version: BigInt(/^\d+/.exec(name)?.[0] ?? 0),
          name,
          up: { queries: await splitSql(text), transaction: !/^-- atlas:txmode none$/m.test(head) },
          down: undefined,
        };
      }),
  );

/** Hasura: cli/migrate; the first line may say that it runs outside a transaction. */
const hasura: Reader = async (folder) =>
  namesIn(`${folder}/migrations/default`).map((name) => {
    const inside = (file: string): Script | undefined => {
      const text = read(folder, 'migrations/default', name, file);
      return text === undefined
        ? undefined
        : whole(text, !/^\s*-- hasura:no-transaction\s*$/m.test(text.split('\n')[0] ?? ''));
    };
    return {
      version: BigInt(/^\d+/.exec(name)?.[0] ?? 0),
      name,
      up: inside('up.sql') ?? whole('', true),
      down: inside('down.sql'),
    };
  });

export const readers: Readonly<Record<string, Reader>> = {
  goose,
  'golang-migrate': pairs(() => false),
  sqlx: pairs((text) => !text.startsWith('-- no-transaction')),
  diesel,
  tern,
  flyway,
  atlas,
  hasura,
};
