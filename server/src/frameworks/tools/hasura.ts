import { defineFramework, inFolder } from '../define.js';
import { baseName, directoryOf } from '../framework.js';
import { newVersions, sortedByNumber } from '../numbers.js';
import { oneWay } from '../one-way.js';

const mark = '-- hasura:no-transaction';
const marked = /^[ \t]*-- hasura:no-transaction[ \t]*(?:\r?\n|$)/;

function versionOf(path: string): bigint | undefined {
  const digits = /^\d+/.exec(baseName(directoryOf(path)))?.[0];
  return digits === undefined ? undefined : BigInt(digits);
}

/** hasura/graphql-engine: cli/migrate/source/parse.go and the test of its no-transaction line. */
export const hasura = defineFramework({
  id: 'hasura',
  title: 'Hasura',
  commands: ({ version }) => {
    const apply = `hasura migrate apply --database-name "$DATABASE_NAME" --version ${version}`;
    return { apply, back: `${apply} --type down`, named: 'nothing' };
  },
  transaction: 'per-file',
  layout: { up: 'up.sql', down: 'down.sql' },

  recognise(path, files) {
    const folder = directoryOf(path);
    if (!/^(?:up|down)\.sql$/.test(baseName(path)) || !/^\d+_/.test(baseName(folder))) return undefined;
    const config = files.above(directoryOf(folder), 'config.yaml', 'config.yml');
    const text = config === undefined ? '' : (files.read(config) ?? '');
    if (!/^version:\s*[123]\b/m.test(text) || !/^(?:endpoint|metadata_directory|actions):/m.test(text))
      return undefined;
    return { root: directoryOf(folder), because: "Hasura's config.yaml is there", strength: 3 };
  },

  order: (paths) => sortedByNumber(paths, versionOf),

  read: (path, text) => {
    const direction = baseName(path) === 'down.sql' ? 'down' : 'up';
    return marked.test(text) ? oneWay(direction, text, 'one-query', mark) : oneWay(direction, text, 'per-file');
  },

  outside: () => ({
    holds: 'one',
    where: `by itself to a migration that begins with ${mark}, which new versions of Hasura's CLI read`,
  }),

  mark: (_path, text) => ({ text: marked.test(text) ? text : `${mark}\n${text}`, beside: [] }),

  nextPaths(slugs, { existing, project, now }) {
    const versions = newVersions(
      slugs.length,
      existing.flatMap((path) => /^\d+/.exec(baseName(directoryOf(path))) ?? []),
      now,
      String(now),
    );
    return slugs.map((slug, index) => inFolder(project.root, `${versions[index] ?? ''}_${slug}/up.sql`));
  },

  text: ({ up, down, outside, downOutside }) => ({
    up: outside ? `${mark}\n${up}` : up,
    ...(down !== undefined && { down: downOutside ? `${mark}\n${down}` : down }),
  }),
});
