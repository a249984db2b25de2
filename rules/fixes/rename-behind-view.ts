import { dollarQuote } from '../../server/src/schema/safe-statements.js';
import { quoteLiteral } from '../../server/src/sql/quote.js';

/** A rename that leaves a view of the old name. All as SQL text. */
export interface RenameBehindView {
  /** The statement that renames, without its semicolon. */
  readonly rename: string;
  /** The old name and the new one, as they are written before and after it. */
  readonly from: string;
  readonly to: string;
}

/**
 * A DO block that renames a table and leaves an updatable view of the old name, through which the same roles see and
 * change the same rows: the rights on the table are copied, and with row-level security the policies see who asks
 * (measured: a view otherwise reads with the rights of its owner, whom no policy binds). It is one transaction; a second
 * run changes nothing. Where that cannot be had, it fails and changes nothing: row-level security before PostgreSQL 15,
 * which has no security_invoker, and beside rights on single columns, which such a view asks for all columns.
 */
export function renameBehindView({ rename, from, to }: RenameBehindView): string {
  const [old, table] = [quoteLiteral(from), `${quoteLiteral(to)}::regclass`];
  const grant = quoteLiteral(`GRANT %s ON ${from.replaceAll('%', '%%')} TO %s%s`);
  const body = `
DECLARE
  copied record;
BEGIN
  -- A run after the rename finds the view and changes nothing.
  IF (SELECT relkind FROM pg_class WHERE oid = to_regclass(${old})) = 'v' THEN
    RETURN;
  END IF;
  -- COPY, TRUNCATE and LOCK TABLE need the new name from here on.
  ${rename};
  CREATE VIEW ${from} AS SELECT * FROM ${to};
  IF (SELECT relrowsecurity FROM pg_class WHERE oid = ${table}) THEN
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = ${table} AND attacl IS NOT NULL) THEN
      RAISE EXCEPTION 'roles with rights on single columns cannot use a view through row-level security';
    END IF;
    -- The policies see who asks. Before PostgreSQL 15 this fails, and nothing has changed.
    ALTER VIEW ${from} SET (security_invoker = true);
  END IF;
  -- Who has rights on the table, or on columns of it, gets them on the view.
  FOR copied IN
    SELECT given.privilege_type || coalesce(' (' || quote_ident(held.attname) || ')', '') AS privilege,
      CASE given.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(given.grantee)) END AS grantee,
      CASE WHEN given.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS option
    FROM (
      SELECT NULL::name AS attname, coalesce(relacl, acldefault('r', relowner)) AS acl
      FROM pg_class WHERE oid = ${table}
      UNION ALL
      SELECT attname, attacl FROM pg_attribute WHERE attrelid = ${table} AND attacl IS NOT NULL
    ) AS held, aclexplode(held.acl) AS given
  LOOP
    EXECUTE format(${grant}, copied.privilege, copied.grantee, copied.option);
  END LOOP;
END `;
  const quote = dollarQuote(body);
  return `-- airlock-ignore no-dynamic-sql: it copies the rights on the table to the view\nDO ${quote}${body}${quote}`;
}
