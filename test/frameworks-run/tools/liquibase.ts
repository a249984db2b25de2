import type { Tool } from '../contract.js';
import { asFile, build } from './text.js';

export const liquibase: Tool = {
  name: 'Liquibase',
  id: 'liquibase',
  source: { npm: { liquibase: '4.28.1' } },
  files: (changes) => ({
    'changelog.sql': `--liquibase formatted sql\n${changes
      .map(
        ({ version, name, up, down, outside }) =>
          `\n--changeset airlock:${version}-${name}${outside ? ' runInTransaction:false' : ''}\n${asFile(up)}${down.map((each) => `--rollback ${each};\n`).join('')}`,
      )
      .join('')}`,
  }),
  up: ({ port, database }) => [...liquibaseCommand(port, database), 'update'],
  down: ({ port, database }) => [...liquibaseCommand(port, database), 'rollback-count', '1'],
  applied: 'SELECT id FROM databasechangelog ORDER BY orderexecuted',
  versions: ['1', '2', '3'],
  odd: ['10', '9', '2'],
  hasMark: true,
  traps: [
    {
      fact: 'trap: function body',
      files: {
        'changelog.sql':
          '--liquibase formatted sql\n--changeset a:1\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  PERFORM 1;\n  RETURN 1;\nEND;\n$$;\n',
      },
    },
    {
      fact: 'trap: function body, splitStatements:false',
      files: {
        'changelog.sql':
          '--liquibase formatted sql\n--changeset a:1 splitStatements:false\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  PERFORM 1;\n  RETURN 1;\nEND;\n$$;\n',
      },
    },
    {
      fact: 'trap: mark in other letters',
      files: { 'changelog.sql': `--liquibase formatted sql\n--changeset a:1 runintransaction:FALSE\n${build};\n` },
    },
    {
      fact: 'trap: blank behind the colon',
      files: { 'changelog.sql': '--liquibase formatted sql\n--changeset a: 1\nSELECT 1;\n' },
    },
    {
      fact: 'trap: unknown parameter',
      files: {
        'changelog.sql': "--liquibase formatted sql\n--changeset a:1\nINSERT INTO ran (version) VALUES ('${x}');\n",
      },
      ask: 'SELECT version FROM ran',
    },
  ],
};

function liquibaseCommand(port: number, database: string): string[] {
  const home = '../node_modules/liquibase/dist';
  return [
    'java',
    '-cp',
    `${home}/liquibase/internal/lib/*:${home}/drivers/postgresql-42.4.2.jar`,
    'liquibase.integration.commandline.LiquibaseCommandLine',
    '--url',
    `jdbc:postgresql://127.0.0.1:${port}/${database}`,
    '--username',
    'postgres',
    '--password',
    'postgres',
    '--changelog-file',
    'changelog.sql',
    '--show-banner',
    'false',
  ];
}
