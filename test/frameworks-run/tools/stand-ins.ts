import path from 'node:path';
import type { Change, Files, Source, Tool } from '../contract.js';
import { asFile, days, filesOf, pg } from './text.js';

const program = path.resolve(__dirname, '../run-stand-in.js');

/** A tool that is not run, but stood in for by its sources. */
function standIn(name: string, files: (changes: readonly Change[]) => Files, rest: Partial<Tool> = {}): Tool {
  const source: Source = { npm: { pg } };
  return {
    name: `${name} (stand-in by its sources)`,
    id: name,
    source,
    files,
    up: () => ['node', program, name, 'up'],
    down: () => ['node', program, name, 'down'],
    environment: ({ url }) => ({ DATABASE_URL: url }),
    applied: 'SELECT name FROM stand_in ORDER BY version',
    versions: days,
    hasMark: true,
    ...rest,
  };
}

/** Statements of goose: it cuts at lines that end with a semicolon, within bodies as well. */
const whole = (statements: readonly string[]): string =>
  statements
    .map((each) => (each.includes('$') ? `-- +goose StatementBegin\n${each};\n-- +goose StatementEnd\n` : `${each};\n`))
    .join('');

export const standIns: readonly Tool[] = [
  standIn('goose', (changes) =>
    filesOf(changes, ({ version, name, up, down, outside }) => [
      [
        `migrations/${version}_${name}.sql`,
        `${outside ? '-- +goose NO TRANSACTION\n' : ''}-- +goose Up\n${whole(up)}\n-- +goose Down\n${whole(down)}`,
      ],
    ]),
  ),
  standIn('golang-migrate', (changes) => ({
    'go.mod': 'module x\n\nrequire github.com/golang-migrate/migrate/v4 v4.18.1\n',
    ...filesOf(changes, ({ version, name, up, down }) => [
      [`migrations/${version}_${name}.up.sql`, asFile(up)],
      [`migrations/${version}_${name}.down.sql`, asFile(down)],
    ]),
  })),
  standIn('sqlx', (changes) => ({
    'Cargo.toml': '[package]\nname = "x"\n\n[dependencies]\nsqlx = { version = "0.8", features = ["postgres"] }\n',
    ...filesOf(changes, ({ version, name, up, down, outside }) => [
      [`migrations/${version}_${name}.up.sql`, `${outside ? '-- no-transaction\n' : ''}${asFile(up)}`],
      [`migrations/${version}_${name}.down.sql`, `${outside ? '-- no-transaction\n' : ''}${asFile(down)}`],
    ]),
  })),
  standIn('diesel', (changes) => ({
    'diesel.toml': '[migrations_directory]\ndir = "migrations"\n',
    ...filesOf(changes, ({ version, name, up, down, outside }) => {
      const folder = `migrations/${version.slice(0, 4)}-${version.slice(4, 6)}-${version.slice(6, 8)}-${version.slice(8)}_${name}`;
      return [
        [`${folder}/up.sql`, asFile(up)],
        [`${folder}/down.sql`, asFile(down)],
        ...(outside ? [[`${folder}/metadata.toml`, 'run_in_transaction = false\n'] as const] : []),
      ];
    }),
  })),
  standIn(
    'tern',
    (changes) => ({
      'migrations/tern.conf': '[database]\n',
      ...filesOf(changes, ({ version, name, up, down, outside }) => {
        const mark = outside ? '---- tern: disable-tx ----\n' : '';
        return [
          [
            `migrations/${version}_${name}.sql`,
            `${mark}${asFile(up)}\n---- create above / drop below ----\n\n${mark}${asFile(down)}`,
          ],
        ];
      }),
    }),
    { versions: ['001', '002', '003'] },
  ),
  standIn(
    'flyway',
    (changes) => ({
      'flyway.conf': 'flyway.locations=filesystem:db/migration\nflyway.postgresql.transactional.lock=false\n',
      ...filesOf(changes, ({ version, name, up, outside }) => [
        [`db/migration/V${version}__${name}.sql`, asFile(up)],
        ...(outside ? [[`db/migration/V${version}__${name}.sql.conf`, 'executeInTransaction=false\n'] as const] : []),
      ]),
    }),
    { versions: ['1', '2', '3'], down: undefined },
  ),
  standIn(
    'atlas',
    (changes) => ({
      'atlas.hcl': 'env "local" {\n  migration {\n    dir = "file://migrations"\n  }\n}\n',
      ...filesOf(changes, ({ version, name, up, outside }) => [
        [`migrations/${version}_${name}.sql`, `${outside ? '-- atlas:txmode none\n\n' : ''}${asFile(up)}`],
      ]),
      'migrations/atlas.sum': 'h1:0000000000000000000000000000000000000000000=\n',
    }),
    { down: undefined },
  ),
  standIn(
    'hasura',
    (changes) => ({
      'config.yaml': 'version: 3\nendpoint: http://localhost:8080\nmetadata_directory: metadata\n',
      ...filesOf(changes, ({ version, name, up, down, outside }) => {
        const mark = outside ? '-- hasura:no-transaction\n' : '';
        return [
          [`migrations/default/${version}_${name}/up.sql`, `${mark}${asFile(up)}`],
          [`migrations/default/${version}_${name}/down.sql`, `${mark}${asFile(down)}`],
        ];
      }),
    }),
    { versions: ['1700000000000', '1700000001000', '1700000002000'] },
  ),
];
