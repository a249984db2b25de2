import type { Tool } from '../contract.js';
import { asFile, build, filesOf } from './text.js';

const master = `<?xml version="1.0" encoding="UTF-8"?>
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd">
  <includeAll path="changes" relativeToChangelogFile="true"/>
</databaseChangeLog>
`;

export const liquibase: Tool = {
  name: 'Liquibase',
  id: 'liquibase',
  source: { npm: { liquibase: '4.28.1' } },
  files: (changes) => ({
    'changelog.xml': master,
    ...filesOf(changes, ({ version, name, up, down, outside }) => {
      const head = `--changeset airlock:${version}-${name}${outside ? ' runInTransaction:false' : ''}\n`;
      const back = down.map((each) => `--rollback ${each};\n`).join('');
      return [[`changes/${version}_${name}.sql`, `--liquibase formatted sql\n\n${head}${asFile(up)}${back}`]];
    }),
  }),
  up: ({ port, database }) => [...liquibaseCommand(port, database), 'update'],
  down: ({ port, database }) => [...liquibaseCommand(port, database), 'rollback-count', '1'],
  applied: 'SELECT id FROM databasechangelog ORDER BY orderexecuted',
  versions: ['001', '002', '003'],
  odd: ['1', '10', '2', '9'],
  hasMark: true,
  traps: [
    {
      fact: 'trap: function body',
      files: {
        'changes/1_a.sql':
          '--liquibase formatted sql\n--changeset a:1\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  PERFORM 1;\n  RETURN 1;\nEND;\n$$;\n',
      },
    },
    {
      fact: 'trap: function body, splitStatements:false',
      files: {
        'changes/1_a.sql':
          '--liquibase formatted sql\n--changeset a:1 splitStatements:false\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  PERFORM 1;\n  RETURN 1;\nEND;\n$$;\n',
      },
    },
    {
      fact: 'trap: mark in other letters',
      files: { 'changes/1_a.sql': `--liquibase formatted sql\n--changeset a:1 runintransaction:FALSE\n${build};\n` },
    },
    {
      fact: 'trap: blank behind the colon',
      files: { 'changes/1_a.sql': '--liquibase formatted sql\n--changeset a: 1\nSELECT 1;\n' },
    },
    {
      fact: 'trap: unknown parameter',
      files: {
        'changes/1_a.sql': "--liquibase formatted sql\n--changeset a:1\nINSERT INTO ran (version) VALUES ('${x}');\n",
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
    'changelog.xml',
    '--show-banner',
    'false',
  ];
}
