import assert from 'node:assert/strict';
import { planned, sqitch } from '../../server/src/frameworks/tools/sqitch.js';
import { checkTool } from './support/tool-case.js';

const plan = `%syntax-version=1.0.0
%project=shop

schemas/app 2024-01-01T00:00:00Z Ann <ann@example.org> # the schema
tables/orders [schemas/app] 2024-01-02T00:00:00Z Ann <ann@example.org> # orders
@v1 2024-01-03T00:00:00Z Ann <ann@example.org> # first
functions/total 2024-01-04T00:00:00Z Ann <ann@example.org> # a function
`;

describe('Sqitch', () => {
  checkTool(sqitch, {
    files: {
      '/app/sqitch.conf': '[core]\n\tengine = pg\n\ttop_dir = ./sql\n[engine "pg"]\n\ttarget = db:pg:shop\n',
      // Left over: the plan stands in top_dir.
      '/app/sqitch.plan': '%syntax-version=1.0.0\n%project=shop\n\nfunctions/total 2024-01-01T00:00:00Z A <a@b> # x\n',
      '/app/sql/sqitch.plan': plan,
      '/app/sql/deploy/schemas/app.sql': 'BEGIN;\nCREATE SCHEMA app;\nCOMMIT;\n',
      '/app/sql/deploy/tables/orders.sql': 'BEGIN;\nCREATE TABLE app.orders (id bigint);\nCOMMIT;\n',
      '/app/sql/revert/tables/orders.sql': 'BEGIN;\nDROP TABLE app.orders;\nCOMMIT;\n',
      '/app/sql/verify/tables/orders.sql': 'SELECT id FROM app.orders WHERE FALSE;\n',
      '/app/sql/deploy/functions/total.sql': 'SELECT 1;\n',
      '/app/sql/deploy/not_in_the_plan.sql': 'SELECT 1;\n',
    },
    root: '/app/sql',
    because: 'sqitch.plan',
    order: [
      '/app/sql/deploy/schemas/app.sql',
      '/app/sql/deploy/tables/orders.sql',
      '/app/sql/deploy/functions/total.sql',
    ],
    downs: ['/app/sql/revert/tables/orders.sql'],
    reasons: { '/app/sql/deploy/not_in_the_plan.sql': 'sqitch.plan does not name it' },
    notRun: ['/app/sql/verify/tables/orders.sql', '/app/sql/deploy/not_in_the_plan.sql'],
    sections: {
      '/app/sql/deploy/tables/orders.sql': [['up', 'none']],
      '/app/sql/revert/tables/orders.sql': [['down', 'none']],
    },
    holds: 'many',
    next: ['/app/sql/deploy/one.sql', '/app/sql/deploy/two.sql'],
    written: {
      '/app/sql/deploy/index_orders.sql':
        '-- Deploy index_orders\n\nCREATE INDEX CONCURRENTLY orders_at ON orders (at);\n',
      '/app/sql/revert/index_orders.sql': '-- Revert index_orders\n\nDROP INDEX CONCURRENTLY IF EXISTS orders_at;\n',
      '/app/sql/sqitch.plan': `${plan}index_orders 2024-01-04T00:00:00Z Ann <ann@example.org> # index_orders\n`,
    },
    rollback: {
      '/app/sql/revert/functions/total.sql': '-- Revert functions/total\n\nBEGIN;\n\nDROP TABLE orders;\n\nCOMMIT;\n',
    },
    silent: [{ files: { '/app/deploy/k8s.sql': 'SELECT 1;\n' } }],
  });

  it('finds the scripts of a change that was reworked by the tags between the two', () => {
    const reworked =
      'f 2024-01-01T00:00:00Z A <a@b>\n@v1 x\n@v2 x\ng x\nf [f@v2] 2024-02-01T00:00:00Z A <a@b>\n@v3 x\n';
    assert.deepEqual(
      planned(reworked, (name) => name === 'f@v2'),
      ['f@v2', 'g', 'f'],
    );
    assert.deepEqual(
      planned(reworked, () => true),
      ['f@v1', 'g', 'f'],
    );
  });
});
