import rule from '../../../rules/data-loss/no-drop-database.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-drop-database', () => {
  const { valid, invalid } = ruleTester(rule);

  valid('a new database', 'CREATE DATABASE shop;');
  valid('a setting of a database', "ALTER DATABASE shop SET timezone = 'UTC';");
  valid('the drop of a table', 'DROP TABLE database;');
  valid('the words in a comment', '-- DROP DATABASE shop\nSELECT 1;');

  invalid('a drop', { sql: '«DROP DATABASE» shop;', message: 'drops', severity: 'error', output: null });
  invalid('a drop with force', {
    sql: '«drop database» if exists "Shop" with (force);',
    message: 'drops',
    output: null,
  });
});
