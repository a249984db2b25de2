import { postgrator } from '../../server/src/frameworks/tools/postgrator.js';
import { checkTool } from './support/tool-case.js';

describe('Postgrator', () => {
  checkTool(postgrator, {
    files: {
      '/app/migrations/001.do.sql': 'CREATE TABLE orders (id bigint);\n',
      '/app/migrations/001.undo.sql': 'DROP TABLE orders;\n',
      '/app/migrations/10.do.index.sql': 'CREATE INDEX CONCURRENTLY orders_id ON orders (id);\n',
      '/app/migrations/010.undo.index.sql': 'DROP INDEX orders_id;\n',
      '/app/migrations/012.do.last.sql': 'SELECT 1;\n',
      '/app/migrations/create.sql': 'CREATE DATABASE app;\n',
    },
    packages: { postgrator: '8.0.0' },
    root: '/app/migrations',
    because: 'postgrator',
    version: '8.0.0',
    order: ['/app/migrations/001.do.sql', '/app/migrations/10.do.index.sql', '/app/migrations/012.do.last.sql'],
    downs: ['/app/migrations/001.undo.sql', '/app/migrations/010.undo.index.sql'],
    notRun: ['/app/migrations/create.sql'],
    sections: {
      '/app/migrations/10.do.index.sql': [['up', 'one-query']],
      '/app/migrations/001.undo.sql': [['down', 'one-query']],
    },
    holds: 'one',
    next: ['/app/migrations/013.do.one.sql', '/app/migrations/014.do.two.sql'],
    written: {
      '/app/migrations/013.do.index_orders.sql': 'CREATE INDEX CONCURRENTLY orders_at ON orders (at);\n',
      '/app/migrations/013.undo.index_orders.sql': 'DROP INDEX CONCURRENTLY IF EXISTS orders_at;\n',
    },
    rollback: { '/app/migrations/012.undo.last.sql': 'DROP TABLE orders;\n' },
    silent: [{ files: { '/app/migrations/001_do.sql': 'SELECT 1;\n' }, packages: { postgrator: '8.0.0' } }],
  });
});
