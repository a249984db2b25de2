import assert from 'node:assert/strict';
import * as build from '../../server/src/sql/build.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';

const users = { schema: undefined, name: 'users' };
const orders = { schema: 'app', name: 'Order "s"' };

describe('builders', () => {
  before(() => initParser());

  const cases: [make: () => string, expected: string][] = [
    [() => build.buildSetNotNull(users, 'email'), 'ALTER TABLE users ALTER COLUMN email SET NOT NULL'],
    [() => build.buildDropNotNull(users, 'Email'), 'ALTER TABLE users ALTER COLUMN "Email" DROP NOT NULL'],
    [() => build.buildSetDefault(users, 'n', '2.00'), 'ALTER TABLE users ALTER COLUMN n SET DEFAULT 2.00'],
    [() => build.buildSetDefault(users, 'at', 'now()  '), 'ALTER TABLE users ALTER COLUMN at SET DEFAULT now()'],
    [() => build.buildDropDefault(orders, 'user'), 'ALTER TABLE app."Order ""s""" ALTER COLUMN "user" DROP DEFAULT'],
    [() => build.buildAddColumn(users, 'n', 'numeric(10, 2)[]'), 'ALTER TABLE users ADD COLUMN n numeric(10, 2)[]'],
    [
      () => build.buildAddColumn(users, 'at', 'timestamp(3) with time zone'),
      'ALTER TABLE users ADD COLUMN at timestamp(3) with time zone',
    ],
    [() => build.buildDropColumn(users, 'n'), 'ALTER TABLE users DROP COLUMN n'],
    [() => build.buildRenameColumn(users, 'a', 'select'), 'ALTER TABLE users RENAME COLUMN a TO "select"'],
    [() => build.buildRenameTable(orders, 'orders'), 'ALTER TABLE app."Order ""s""" RENAME TO orders'],
    [() => build.buildRenameConstraint(users, 'a_b', 'c'), 'ALTER TABLE users RENAME CONSTRAINT a_b TO c'],
    [() => build.buildUpdate(users, [{ column: 'a', value: '1' }], undefined), 'UPDATE users SET a = 1'],
    [
      () =>
        build.buildUpdate(
          orders,
          [
            { column: 'a', value: "'x;' || b" },
            { column: 'B', value: 'DEFAULT' },
          ],
          'a IS NULL AND id = ANY (ARRAY[1, 2])',
        ),
      'UPDATE app."Order ""s""" SET a = \'x;\' || b, "B" = DEFAULT WHERE a IS NULL AND id = ANY (ARRAY[1, 2])',
    ],
    [
      () => build.buildUpdate(users, [{ column: 'a', value: 'f(b, -- why\n  1) /* c */' }], 'x = 9223372036854775807'),
      'UPDATE users SET a = f(b, 1) WHERE x = 9223372036854775807',
    ],
  ];
  for (const [make, expected] of cases) {
    it(`writes ${expected}`, () => assert.equal(make(), expected));
  }

  it('never hands out SQL that PostgreSQL refuses or that says more than it should', () => {
    for (const value of [
      '',
      '1 +',
      '1; DROP TABLE users',
      '1) + (2',
      "'open",
      '1, b = 2 oops',
      '-- nothing',
      '1, DROP COLUMN b',
    ]) {
      assert.throws(() => build.buildSetDefault(users, 'a', value), value);
    }
    for (const type of ['', 'int NOT NULL', 'int, DROP COLUMN b', 'int; DROP TABLE users']) {
      assert.throws(() => build.buildAddColumn(users, 'a', type), type);
    }
  });
});
