import rule from '../../../rules/concurrent-writes/no-unseen-trigger.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-unseen-trigger', () => {
  const { valid, invalid } = ruleTester(rule);

  const tables =
    'CREATE TABLE orders (id int PRIMARY KEY, total int, state text); CREATE TABLE audit (id int, was text); CREATE TABLE totals (n int);';
  const body = (name: string, lines: string): string =>
    `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${lines} END $$;`;
  const on = (events: string, name: string, more = 'FOR EACH ROW'): string =>
    `CREATE TRIGGER orders_${name} ${events} ON orders ${more} EXECUTE FUNCTION ${name}();`;
  const history = (...parts: string[]): string[] => [tables, ...parts];

  const touch = body('touch', 'NEW.state := upper(NEW.state); RETURN NEW;');
  const note = body('note', 'INSERT INTO audit VALUES (NEW.id, NEW.state); RETURN NEW;');
  const look = body('look', 'PERFORM 1 FROM totals WHERE n = NEW.total; RETURN NEW;');
  const count = body('count_up', 'UPDATE totals SET n = n + 1; RETURN NULL;');
  const frozen = body('frozen', "RAISE EXCEPTION 'orders stay as they are';");
  const frozenLater = body('frozen', "IF TG_OP IN ('UPDATE', 'DELETE') THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW;");

  valid('a trigger that changes its own row', 'UPDATE orders SET total = 0; COPY orders FROM STDIN;', {
    history: history(touch, on('BEFORE INSERT OR UPDATE', 'touch')),
  });
  valid(
    'rows that are written down',
    'INSERT INTO orders VALUES (1, 2, NULL); UPDATE orders SET total = 1 WHERE id = 1;',
    {
      history: history(note, on('AFTER INSERT OR UPDATE', 'note')),
    },
  );
  valid('an event that fires nothing', 'DELETE FROM orders; UPDATE orders SET state = NULL;', {
    history: history(note, on('AFTER UPDATE OF total', 'note')),
  });
  valid('a trigger that is gone, or disabled', 'INSERT INTO orders SELECT id FROM audit;', {
    history: history(note, on('AFTER INSERT', 'note'), 'DROP TRIGGER orders_note ON orders;'),
  });
  valid(
    'a trigger that the file disables',
    'ALTER TABLE orders DISABLE TRIGGER orders_frozen; UPDATE orders SET total = 1; ALTER TABLE orders ENABLE TRIGGER orders_frozen;',
    { history: history(frozen, on('BEFORE UPDATE', 'frozen')) },
  );
  valid('a session without triggers', 'SET session_replication_role = replica; UPDATE orders SET total = 1;', {
    history: history(frozen, on('BEFORE UPDATE', 'frozen')),
  });
  valid('a trigger that fires once for the statement', 'INSERT INTO orders SELECT id FROM audit;', {
    history: history(body('note', 'INSERT INTO audit VALUES (1); RETURN NULL;'), on('AFTER INSERT', 'note', '')),
  });
  valid('a table of the same file', `${tables} ${note} ${on('AFTER INSERT', 'note')} INSERT INTO orders SELECT 1;`);
  valid('an exception that depends on the row', 'UPDATE orders SET total = 1 WHERE id = 5;', {
    history: history(
      body('frozen', "IF NEW.total < 0 THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW;"),
      on('BEFORE UPDATE', 'frozen'),
    ),
  });
  valid('a trigger with WHEN', 'UPDATE orders SET total = 1 WHERE id = 5;', {
    history: history(frozen, on('BEFORE UPDATE', 'frozen', "FOR EACH ROW WHEN (OLD.state = 'done')")),
  });
  valid('an exception for another event', "INSERT INTO orders VALUES (1, 2, 'new');", {
    history: history(frozenLater, on('BEFORE INSERT OR UPDATE OR DELETE', 'frozen')),
  });
  valid('a notice, and an exception that is handled', 'UPDATE orders SET total = 1 WHERE id = 5;', {
    history: history(
      body('frozen', "RAISE NOTICE 'seen'; RETURN NEW;"),
      body('handled', "BEGIN RAISE EXCEPTION 'no'; EXCEPTION WHEN others THEN NULL; END; RETURN NEW;"),
      on('BEFORE UPDATE', 'frozen'),
      on('BEFORE UPDATE', 'handled'),
    ),
  });
  valid('a function that no migration shows', 'UPDATE orders SET total = 1;', {
    history: history(on('BEFORE UPDATE', 'elsewhere')),
  });
  valid(
    'a body that runs later',
    'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE orders SET total = 1 $$;',
    {
      history: history(frozen, on('BEFORE UPDATE', 'frozen')),
    },
  );

  invalid('a row that a trigger refuses', {
    sql: "«INSERT INTO» orders VALUES (1, 2, 'new');",
    history: history(frozen, on('BEFORE INSERT OR UPDATE', 'frozen')),
    message: 'raises',
    severity: 'error',
    output: null,
  });
  invalid('a statement that a trigger refuses without any row', {
    sql: '«DELETE» FROM orders WHERE id = 5;',
    history: history(frozenLater, on('BEFORE UPDATE OR DELETE', 'frozen', '')),
    message: 'raises',
    severity: 'error',
    output: null,
  });
  invalid('rows that a trigger refuses once there are any', {
    sql: '«UPDATE» orders SET total = 1 WHERE id = 5;',
    history: history(frozenLater, on('BEFORE UPDATE OR DELETE', 'frozen')),
    message: 'mayRaise',
    severity: 'warning',
    output: null,
  });
  invalid('a partition under the trigger of the table above', {
    sql: '«INSERT INTO» days_1 VALUES (1, 2);',
    history: [
      'CREATE TABLE days (id int, day int) PARTITION BY RANGE (day); CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM (0) TO (9);',
      frozen,
      'CREATE TRIGGER days_frozen BEFORE INSERT ON days FOR EACH ROW EXECUTE FUNCTION frozen();',
    ],
    message: 'raises',
    output: null,
  });
  invalid('rows of a query, each of which writes to another table', {
    sql: '«INSERT INTO» orders SELECT id FROM audit;',
    history: history(note, on('AFTER INSERT', 'note')),
    message: 'perRow',
    severity: 'warning',
    output: null,
  });
  invalid('COPY and MERGE', {
    sql: '«COPY orders» FROM STDIN;\n\\.\n«MERGE» INTO orders o USING audit a ON a.id = o.id WHEN NOT MATCHED THEN INSERT (id) VALUES (a.id);',
    history: history(look, on('AFTER INSERT', 'look')),
    message: ['perRow', 'perRow'],
    severity: 'warning',
    output: null,
  });
  invalid('an UPDATE of many rows, which another rule reports, more mildly', {
    sql: '«UPDATE» orders SET total = 0 WHERE total IS NULL;',
    history: history(note, on('AFTER UPDATE OF total', 'note')),
    message: 'perRow',
    severity: 'info',
    output: null,
  });
  invalid('a mass write inside', {
    sql: '«UPDATE» orders SET total = 0 WHERE total IS NULL;',
    history: history(count, on('AFTER UPDATE', 'count_up')),
    message: 'whole',
    severity: 'warning',
    output: null,
  });
  invalid('the same for one row, as information', {
    sql: '«DELETE» FROM orders WHERE id = 5;',
    history: history(count, on('AFTER DELETE', 'count_up', '')),
    message: 'whole',
    severity: 'info',
    output: null,
  });
});
