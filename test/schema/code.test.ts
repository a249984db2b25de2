import assert from 'node:assert/strict';
import { codeNaming } from '../../server/src/schema/dependents/code.js';
import { droppedBy, renamedBy } from '../../server/src/schema/dependents/targets.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { errorOf, runMigration, withDatabase } from '../support/pglite.js';
import { stateAfter } from '../support/schema-state.js';

interface Case {
  readonly history: string;
  readonly change: string;
  /** What runs the body. */
  readonly run: string;
  /** The functions that are said to break, with a "?" behind what is not certain. */
  readonly breaks: readonly string[];
  /** Where the run fails although nothing is said, or the other way round: why. */
  readonly differs?: string;
}

const acc =
  'CREATE TABLE acc (id int PRIMARY KEY, org_id int, name text, old int); INSERT INTO acc VALUES (1, 1, $$a$$, 1);';
const audit = 'CREATE TABLE audit (id int, at timestamptz DEFAULT now(), note text);';
const trigger = (body: string, events = 'INSERT OR UPDATE', declare = ''): string =>
  `${acc} ${audit} CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $f$ ${declare} BEGIN ${body} RETURN NEW; END $f$;
   CREATE TRIGGER tr BEFORE ${events} ON acc FOR EACH ROW EXECUTE FUNCTION tf();`;
const update = 'UPDATE acc SET name = $$b$$;';
const sql = (body: string, returns = 'int', parameters = ''): string =>
  `${acc} ${audit} CREATE FUNCTION best(${parameters}) RETURNS ${returns} LANGUAGE sql AS $f$ ${body} $f$;`;
const dropAt = 'ALTER TABLE audit DROP COLUMN at;';
const dropNote = 'ALTER TABLE audit DROP COLUMN note;';

const cases: Readonly<Record<string, Case>> = {
  // Nothing breaks.
  'a body that names other columns': {
    history: trigger('INSERT INTO audit (id) VALUES (NEW.id);'),
    change: dropAt,
    run: update,
    breaks: [],
  },
  'a column of NEW with the name of one that goes elsewhere': {
    history: trigger('INSERT INTO audit (id) VALUES (NEW.id);').replace('note text', 'note text, org_id int'),
    change: 'ALTER TABLE audit DROP COLUMN org_id;',
    run: update,
    breaks: [],
  },
  'a value from NEW of the same name': {
    history: trigger('INSERT INTO audit (id) VALUES (NEW.org_id);').replace('note text', 'note text, org_id int'),
    change: 'ALTER TABLE audit DROP COLUMN org_id;',
    run: update,
    breaks: [],
  },
  'a variable of the name': {
    history: trigger('note := 5; INSERT INTO audit (id) VALUES (note);', undefined, 'DECLARE note int;'),
    change: dropNote,
    run: update,
    breaks: [],
  },
  'a name in a string and in a comment': {
    history: trigger("-- audit.note\n RAISE NOTICE 'note of audit'; INSERT INTO audit (id) VALUES (1);"),
    change: dropNote,
    run: update,
    breaks: [],
  },
  'a column with an alias of the name': {
    history: sql('SELECT id AS at FROM audit LIMIT 1'),
    change: dropAt,
    run: 'SELECT best();',
    breaks: [],
  },
  'a common table expression of the name': {
    history: sql('WITH audit AS (SELECT 1 AS at) SELECT at FROM audit'),
    change: 'DROP TABLE audit;',
    run: 'SELECT best();',
    breaks: [],
  },
  'IS DISTINCT FROM a variable of the name': {
    history: trigger(
      'IF NEW.id IS DISTINCT FROM audit THEN NEW.name := $$x$$; END IF;',
      undefined,
      'DECLARE audit int := 0;',
    ),
    change: 'DROP TABLE audit;',
    run: update,
    breaks: [],
  },
  'a table that the body makes': {
    history: trigger('CREATE TEMP TABLE IF NOT EXISTS scratch (a int); INSERT INTO scratch VALUES (1);').concat(
      ' CREATE TABLE scratch (a int);',
    ),
    change: 'DROP TABLE scratch;',
    run: update,
    breaks: [],
  },
  'a trigger function that nothing calls': {
    history: `${acc} CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN NEW.old := 1; RETURN NEW; END $f$;`,
    change: 'ALTER TABLE acc DROP COLUMN old;',
    run: update,
    breaks: [],
  },
  'a trigger that has gone': {
    history: `${trigger('NEW.old := 1;')} DROP TRIGGER tr ON acc;`,
    change: 'ALTER TABLE acc DROP COLUMN old;',
    run: update,
    breaks: [],
  },
  'a trigger that is disabled': {
    history: `${trigger('NEW.old := 1;')} ALTER TABLE acc DISABLE TRIGGER tr;`,
    change: 'ALTER TABLE acc DROP COLUMN old;',
    run: update,
    breaks: [],
  },
  'a function that was replaced': {
    history: `${trigger('NEW.old := 1;')} CREATE OR REPLACE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN NEW; END $f$;`,
    change: 'ALTER TABLE acc DROP COLUMN old;',
    run: update,
    breaks: [],
  },
  'NEW of another table': {
    history: `${trigger('NEW.note := $$x$$;')} DROP TRIGGER tr ON acc; CREATE TRIGGER tr BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION tf(); ALTER TABLE acc ADD note text;`,
    change: 'ALTER TABLE acc DROP COLUMN note;',
    run: 'INSERT INTO audit (id) VALUES (1);',
    breaks: [],
  },
  'a table of another schema': {
    history: `CREATE SCHEMA app; CREATE TABLE app.audit (id int); ${trigger('INSERT INTO audit (id) VALUES (NEW.id);')}`,
    change: 'DROP TABLE app.audit;',
    run: update,
    breaks: [],
  },
  'a function of one of two with the name': {
    history: `${acc} CREATE FUNCTION help(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION help(a text) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION best() RETURNS int LANGUAGE sql AS 'SELECT help(1)';`,
    change: 'DROP FUNCTION help(text);',
    run: 'SELECT best();',
    breaks: [],
  },
  'the name in a language of which nothing is known': {
    history: `${acc} ${audit} CREATE FUNCTION best() RETURNS int LANGUAGE internal AS 'int4pl';`.replace(
      "LANGUAGE internal AS 'int4pl'",
      'LANGUAGE sql RETURN 1',
    ),
    change: dropAt,
    run: 'SELECT best();',
    breaks: [],
  },

  'a search_path of its own': {
    history: `CREATE SCHEMA app; CREATE TABLE app.acc (id int, old int); ${acc} CREATE FUNCTION best() RETURNS int LANGUAGE sql SET search_path = app, public AS 'SELECT old FROM acc';`,
    change: 'ALTER TABLE acc DROP COLUMN old;',
    run: 'SELECT best();',
    breaks: [],
  },
  'a record of a join': {
    history: `CREATE TABLE one (id int, note text); CREATE TABLE two (id int, note text); CREATE FUNCTION best() RETURNS text LANGUAGE plpgsql AS $f$ DECLARE r record; BEGIN SELECT * INTO r FROM one a JOIN two b ON a.id = b.id; RETURN r.note; END $f$;`,
    change: 'ALTER TABLE two DROP COLUMN note;',
    run: 'SELECT best();',
    breaks: [],
  },

  // It breaks.
  'NEW.column, dropped': {
    history: trigger('IF NEW.old > 0 THEN NEW.name := $$x$$; END IF;'),
    change: 'ALTER TABLE acc DROP COLUMN old;',
    run: update,
    breaks: ['tf'],
  },
  'NEW.column, renamed': {
    history: trigger('NEW.name := NEW.org_id::text;'),
    change: 'ALTER TABLE acc RENAME org_id TO company_id;',
    run: update,
    breaks: ['tf'],
  },
  'an INSERT into a table that goes': {
    history: trigger('INSERT INTO audit (id) VALUES (NEW.id);'),
    change: 'DROP TABLE audit;',
    run: update,
    breaks: ['tf'],
  },
  'an INSERT into a table that is renamed': {
    history: trigger('INSERT INTO public.audit (id) VALUES (NEW.id);'),
    change: 'ALTER TABLE audit RENAME TO log;',
    run: update,
    breaks: ['tf'],
  },
  'an INSERT into a column that goes': {
    history: trigger('INSERT INTO audit (id, at) VALUES (NEW.id, now());'),
    change: dropAt,
    run: update,
    breaks: ['tf'],
  },
  'an INSERT without a list': {
    history: trigger("INSERT INTO audit VALUES (NEW.id, now(), 'x');"),
    change: dropNote,
    run: update,
    breaks: ['tf'],
  },
  'an INSERT without a list, and a rename': {
    history: trigger("INSERT INTO audit VALUES (NEW.id, now(), 'x');"),
    change: 'ALTER TABLE audit RENAME note TO remark;',
    run: update,
    breaks: [],
  },
  'ON CONFLICT': {
    history: trigger('INSERT INTO audit (id) VALUES (NEW.id) ON CONFLICT (id) DO UPDATE SET note = $$x$$;').concat(
      ' CREATE UNIQUE INDEX ON audit (id);',
    ),
    change: dropNote,
    run: update,
    breaks: ['tf'],
  },
  RETURNING: {
    history: trigger('INSERT INTO audit (id) VALUES (NEW.id) RETURNING note INTO v;', undefined, 'DECLARE v text;'),
    change: dropNote,
    run: update,
    breaks: ['tf'],
  },
  'a query of a function in SQL': {
    history: sql('SELECT id FROM acc WHERE old > 3'),
    change: 'ALTER TABLE acc DROP COLUMN old;',
    run: 'SELECT best();',
    breaks: ['best'],
  },
  'a query with an alias': {
    history: sql('SELECT a.id FROM acc AS a JOIN audit AS b ON b.id = a.old'),
    change: 'ALTER TABLE acc DROP COLUMN old;',
    run: 'SELECT best();',
    breaks: ['best'],
  },
  'an unqualified name of one of two tables': {
    history: sql('SELECT acc.id FROM acc, audit WHERE old > 3'),
    change: 'ALTER TABLE acc DROP COLUMN old;',
    run: 'SELECT best();',
    breaks: ['best'],
  },
  'a name in ORDER BY': {
    history: sql('SELECT id FROM acc ORDER BY old LIMIT 1'),
    change: 'ALTER TABLE acc DROP COLUMN old;',
    run: 'SELECT best();',
    breaks: ['best'],
  },
  'EXISTS in a condition': {
    history: trigger('IF EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) THEN NEW.name := $$x$$; END IF;'),
    change: 'DROP TABLE audit;',
    run: update,
    breaks: ['tf'],
  },
  'a sub-query that is assigned': {
    history: trigger('v := (SELECT count(*) FROM public.audit);', undefined, 'DECLARE v int;'),
    change: 'DROP TABLE audit;',
    run: update,
    breaks: ['tf'],
  },
  '%TYPE of a column': {
    history: trigger('v := 1;', undefined, 'DECLARE v audit.id%TYPE;'),
    change: 'ALTER TABLE audit RENAME id TO nr;',
    run: update,
    breaks: ['tf'],
  },
  '%ROWTYPE of a table': {
    history: trigger('v.note := $$x$$; INSERT INTO audit SELECT v.*;', undefined, 'DECLARE v audit%ROWTYPE;'),
    change: dropNote,
    run: update,
    breaks: ['tf'],
  },
  'a call in a condition': {
    history: `CREATE FUNCTION helper(a int) RETURNS bool LANGUAGE sql AS 'SELECT a > 0'; ${trigger('IF helper(NEW.id) THEN NEW.name := $$x$$; END IF;')}`,
    change: 'DROP FUNCTION helper(int);',
    run: update,
    breaks: ['tf'],
  },
  'PERFORM of a function that is renamed': {
    history: `CREATE FUNCTION helper(a int) RETURNS bool LANGUAGE sql AS 'SELECT a > 0'; ${trigger('PERFORM helper(NEW.id);')}`,
    change: 'ALTER FUNCTION helper(int) RENAME TO aid;',
    run: update,
    breaks: ['tf'],
  },
  'a function that a function calls': {
    history: `${acc} ${audit} CREATE FUNCTION helper() RETURNS int LANGUAGE sql AS 'SELECT id FROM audit'; CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN PERFORM helper(); RETURN NEW; END $f$; CREATE TRIGGER tr BEFORE UPDATE ON acc FOR EACH ROW EXECUTE FUNCTION tf();`,
    change: 'DROP TABLE audit;',
    run: update,
    breaks: ['helper'],
  },
  'a procedure': {
    history: `${acc} CREATE PROCEDURE tidy() LANGUAGE plpgsql AS $f$ BEGIN DELETE FROM acc WHERE old < 0; END $f$;`,
    change: 'ALTER TABLE acc DROP COLUMN old;',
    run: 'CALL tidy();',
    breaks: ['tidy'],
  },
  'a parameter of the row type': {
    history: sql("SELECT u.name || '!' ", 'text', 'u acc'),
    change: 'ALTER TABLE acc DROP COLUMN name;',
    run: 'SELECT best(acc) FROM acc;',
    breaks: ['best'],
  },
  'a parameter of the row type, by number': {
    history: sql('SELECT $1.name', 'text', 'acc'),
    change: 'ALTER TABLE acc RENAME name TO title;',
    run: 'SELECT best(acc) FROM acc;',
    breaks: ['best'],
  },
  'a view that goes': {
    history: `${acc} CREATE VIEW v AS SELECT id FROM acc; CREATE FUNCTION best() RETURNS int LANGUAGE sql AS 'SELECT id FROM v';`,
    change: 'DROP VIEW v;',
    run: 'SELECT best();',
    breaks: ['best'],
  },
  'a sequence in nextval': {
    history: `CREATE SEQUENCE s; ${trigger("NEW.old := nextval('s');")}`,
    change: 'DROP SEQUENCE s;',
    run: update,
    breaks: ['tf'],
  },
  'a sequence that is renamed': {
    history: `CREATE SEQUENCE s; ${trigger("NEW.old := nextval('public.s');")}`,
    change: 'ALTER SEQUENCE s RENAME TO s2;',
    run: update,
    breaks: ['tf'],
  },
  'quoted names': {
    history: `CREATE TABLE "Log" ("When" int, b int); ${trigger('INSERT INTO "Log" ("When") VALUES (1);')}`,
    change: 'ALTER TABLE "Log" RENAME "When" TO "At";',
    run: update,
    breaks: ['tf'],
  },
  MERGE: {
    history: trigger(
      'MERGE INTO audit x USING (SELECT 1 AS i) y ON x.id = y.i WHEN NOT MATCHED THEN INSERT (id, note) VALUES (1, $$a$$);',
    ),
    change: dropNote,
    run: update,
    breaks: ['tf'],
  },
  'the fields of a record': {
    history: trigger('SELECT * INTO r FROM audit LIMIT 1; NEW.name := r.note;', undefined, 'DECLARE r record;'),
    change: dropNote,
    run: update,
    breaks: ['tf'],
  },
  'the fields of a record in a loop': {
    history: trigger(
      'FOR r IN SELECT * FROM audit LOOP NEW.name := r.note; END LOOP;',
      undefined,
      'DECLARE r record;',
    ).concat(' INSERT INTO audit VALUES (1);'),
    change: dropNote,
    run: update,
    breaks: ['tf'],
  },
  'a join by USING': {
    history: sql('SELECT acc.id FROM acc JOIN audit USING (id)'),
    change: 'ALTER TABLE audit RENAME id TO nr;',
    run: 'SELECT best();',
    breaks: ['best'],
  },
  'an INSERT of a query without a list': {
    history: trigger("INSERT INTO audit SELECT NEW.id, now(), 'x';"),
    change: dropNote,
    run: update,
    breaks: ['tf'],
  },
  'a search_path of its own, and the table in it': {
    history: `CREATE SCHEMA app; CREATE TABLE app.acc (id int, old int); ${acc} CREATE FUNCTION best() RETURNS int LANGUAGE sql SET search_path TO 'app', 'public' AS 'SELECT old FROM acc';`,
    change: 'ALTER TABLE app.acc DROP COLUMN old;',
    run: 'SELECT best();',
    breaks: ['best'],
  },
  'constant SQL in EXECUTE': {
    history: trigger("EXECUTE 'DELETE FROM audit WHERE note IS NULL';"),
    change: dropNote,
    run: update,
    breaks: ['tf'],
  },

  'a variable of a type': {
    history: `CREATE TYPE mood AS ENUM ('ok'); ${trigger("m := 'ok';", undefined, 'DECLARE m mood;')}`,
    change: 'DROP TYPE mood;',
    run: update,
    breaks: ['tf'],
  },
  'a cast in a condition': {
    history: `CREATE TYPE mood AS ENUM ('ok'); ${trigger("IF 'ok'::public.mood IS NULL THEN NEW.old := 1; END IF;")}`,
    change: 'DROP TYPE mood;',
    run: update,
    breaks: ['tf'],
  },
  'a cast in a query': {
    history: `CREATE TYPE mood AS ENUM ('ok'); ${sql("SELECT 1 WHERE 'ok'::mood IS NOT NULL")}`,
    change: 'DROP TYPE mood;',
    run: 'SELECT best();',
    breaks: ['best'],
  },
  'a variable with the name of a type': {
    history: `CREATE TYPE mood AS ENUM ('ok'); ${trigger('mood := 5;', undefined, 'DECLARE mood int;')}`,
    change: 'DROP TYPE mood;',
    run: update,
    breaks: [],
  },

  // Not certain.
  'a handler of errors': {
    history: trigger('BEGIN INSERT INTO audit (id) VALUES (1); EXCEPTION WHEN OTHERS THEN NULL; END;'),
    change: 'DROP TABLE audit;',
    run: update,
    breaks: ['tf?'],
    differs: 'the handler catches it',
  },
  'a function that asks for its table': {
    history: `${trigger("IF TG_TABLE_NAME = 'acc' THEN NEW.name := $$x$$; ELSE NEW.note := $$x$$; END IF;")} CREATE TRIGGER tr BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION tf(); ALTER TABLE acc ADD note text;`,
    change: 'ALTER TABLE acc DROP COLUMN note;',
    run: update,
    breaks: ['tf?'],
    differs: 'it does not come to that for this table',
  },
};

describe('code that names what goes', () => {
  for (const [title, { history, change, run, breaks, differs }] of Object.entries(cases)) {
    it(title, async () => {
      const state = await stateAfter(history);
      const action = parseDocument(change).statements[0]?.parsed.actions[0];
      assert.ok(action);
      const target = droppedBy(action, state) ?? renamedBy(action, state);
      assert.ok(target, 'the state has no such thing');
      const uses = codeNaming(target, state, action.kind.startsWith('rename') ? 'rename' : 'drop');
      assert.deepEqual(
        uses.map((use) => `${use.function.name}${use.certain ? '' : '?'}`),
        breaks,
      );
      const code = await withDatabase(async (db) => {
        await runMigration(db, `${history} ${change}`);
        return errorOf(db, run).then(
          (error) => error.code,
          () => undefined,
        );
      });
      if (differs === undefined) assert.equal(code, uses[0]?.code);
    });
  }
});
