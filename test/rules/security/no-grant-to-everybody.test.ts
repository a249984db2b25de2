import rule from '../../../rules/security/no-grant-to-everybody.js';
import { ruleTester } from '../../support/rule-tester.js';
import { granting, onSupabase, withholding } from '../support/supabase.js';

describe('no-grant-to-everybody', () => {
  const { valid, invalid } = ruleTester(rule);
  const made = 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);';
  const history = [made];
  const guarded = [
    `${made} ALTER TABLE orders ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON orders USING (note = current_user);`,
  ];
  const definer =
    "CREATE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ SELECT count(*) FROM public.orders $$;";

  valid(
    'rights of a role of the application',
    'GRANT ALL ON orders TO app; GRANT INSERT ON ALL TABLES IN SCHEMA public TO app;',
    { history },
  );
  valid(
    'the use of schemas, types and sequences',
    'GRANT USAGE ON SCHEMA public TO PUBLIC; GRANT USAGE ON SEQUENCE orders_id_seq TO PUBLIC; GRANT ALL ON SCHEMA public TO PUBLIC;',
    { history },
  );
  valid('reads', 'GRANT SELECT ON orders TO PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC;', {
    history,
  });
  valid('a table with row level security', 'GRANT ALL ON orders TO PUBLIC;', { history: guarded });
  valid('a table that gets it behind', 'GRANT ALL ON orders TO PUBLIC; ALTER TABLE orders ENABLE ROW LEVEL SECURITY;', {
    history,
  });
  valid('rights that the file takes back', 'GRANT ALL ON orders TO PUBLIC; REVOKE ALL ON orders FROM PUBLIC;', {
    history,
  });
  valid('anon of another project', 'GRANT ALL ON orders TO anon;', { history });
  valid('a view', 'GRANT INSERT ON shown TO PUBLIC;', {
    history: [`${made} CREATE VIEW shown AS SELECT * FROM orders;`],
  });
  valid('an ordinary function', 'GRANT EXECUTE ON FUNCTION total() TO PUBLIC;', {
    history: [...history, definer.replace(' SECURITY DEFINER', '')],
  });
  valid('a function of triggers', 'GRANT EXECUTE ON FUNCTION stamp() TO PUBLIC;', {
    history: [
      "CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ BEGIN RETURN NEW; END $$;",
    ],
  });
  valid(
    'REVOKE and the option alone',
    'REVOKE ALL ON orders FROM PUBLIC; REVOKE GRANT OPTION FOR ALL ON orders FROM PUBLIC;',
    { history },
  );
  valid('all tables where each has row level security', 'GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC;', {
    history: guarded,
  });
  valid(
    'all tables of a schema that has none yet',
    'CREATE SCHEMA app; GRANT ALL ON ALL TABLES IN SCHEMA app TO PUBLIC;',
  );
  valid(
    'a table that the same file makes, of which that was said',
    `${made} GRANT ALL ON orders TO anon;`,
    onSupabase(granting),
  );
  valid(
    'tables that a loop guards',
    "GRANT ALL ON orders TO PUBLIC; DO $$ BEGIN EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', 'orders'); END $$;",
    { history },
  );

  valid('a function that asks who calls', 'GRANT EXECUTE ON FUNCTION total() TO PUBLIC;', {
    history: [...history, definer.replace('public.orders', 'public.orders WHERE note = current_user')],
  });
  valid(
    'a function that asks another one',
    'GRANT EXECUTE ON FUNCTION total() TO anon;',
    onSupabase(withholding, {
      history: [...history, definer.replace('public.orders', 'public.orders WHERE note = auth.uid()::text')],
    }),
  );
  valid('a function whose body nobody can read', 'GRANT EXECUTE ON FUNCTION total() TO PUBLIC;', {
    history: [
      "CREATE FUNCTION total() RETURNS bigint LANGUAGE plpython3u SECURITY DEFINER SET search_path = '' AS $$ return 1 $$;",
    ],
  });

  invalid('writes of a table without row level security', {
    sql: 'GRANT SELECT, INSERT, UPDATE ON «orders» TO PUBLIC;',
    history,
    message: 'writes',
    severity: 'error',
    output: null,
  });
  invalid('writes of some columns', {
    sql: 'grant update (note) on table «orders» to app, public;',
    history,
    message: 'writes',
    output: null,
  });
  invalid('a table that no file makes', {
    sql: 'GRANT ALL ON «parcels» TO PUBLIC;',
    message: 'mayWrite',
    severity: 'warning',
    output: null,
  });
  invalid('requests without a session', {
    sql: 'GRANT DELETE ON «orders» TO anon;',
    ...onSupabase(withholding, { history }),
    message: 'writes',
    severity: 'error',
    output: null,
  });
  invalid('all tables of a schema', {
    sql: '«GRANT ALL ON ALL TABLES IN SCHEMA public» TO PUBLIC;',
    history,
    message: 'writesAll',
    output: null,
  });
  invalid('all tables of a schema of which no file shows any', {
    sql: '«GRANT INSERT ON ALL TABLES IN SCHEMA app» TO PUBLIC;',
    message: 'writesAll',
    output: null,
  });
  invalid('writes of a table of another schema, which not everybody may use', {
    sql: 'GRANT ALL ON «app.orders» TO PUBLIC;',
    history: ['CREATE SCHEMA app; CREATE TABLE app.orders (id bigint);'],
    message: 'writesIn',
    severity: 'warning',
    output: null,
  });
  invalid('several tables, each as it is', {
    sql: 'GRANT INSERT ON «orders», «parcels» TO PUBLIC;',
    history,
    message: ['writes', 'mayWrite'],
    output: null,
  });
  invalid('tables to come', {
    sql: 'ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT ALL ON TABLES TO PUBLIC;'.replace(
      /^(.*) TO PUBLIC/,
      '«$1» TO PUBLIC',
    ),
    message: 'writesNew',
    severity: 'warning',
    output: null,
  });
  invalid('tables to come of Supabase, of which each is reported itself', {
    sql: '«ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON TABLES» TO anon;',
    ...onSupabase(granting),
    message: 'writesNew',
    severity: 'info',
    output: null,
  });
  invalid('a function with the rights of its owner', {
    sql: '«GRANT EXECUTE ON FUNCTION total()» TO PUBLIC;',
    history: [...history, definer],
    message: 'executes',
    severity: 'warning',
    output: null,
  });
  invalid('functions that the API gives to everybody, one for all', {
    sql: '«GRANT EXECUTE ON FUNCTION total()» TO anon; GRANT EXECUTE ON FUNCTION public.total() TO anon;',
    ...onSupabase(granting, { history: [...history, definer] }),
    message: 'executes',
    severity: 'info',
    output: null,
  });
});
