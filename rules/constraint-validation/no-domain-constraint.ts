import type { AlterDomain } from '../../server/src/sql/action.js';
import { defineRule, type Fix, type RuleContext } from '../engine/define-rule.js';
import { append, inCaseOf } from '../fixes/edit.js';
import { leadingWords, listed, nameOf } from '../engine/words.js';

/** A domain's constraint is checked in every table with a column of it, under SHARE, VALIDATE included (measured: domain-*). */
export default defineRule({
  meta: {
    id: 'no-domain-constraint',
    aliases: ['ban-create-domain-with-constraint', 'ban-alter-domain-with-add-constraint'],
    category: 'constraint-validation',
    severity: 'error',
    summary: 'Do not add constraints to a domain; put a CHECK on the tables.',
    recommended: true,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-alterdomain.html'],
    messages: {
      scans:
        '{what} of the domain {domain} reads every row of {tables} under a SHARE lock: all writes wait until the last table is read. NOT VALID takes no lock, but a later VALIDATE takes the same one.\nAdd a CHECK to each table instead, which can be validated without blocking writes.',
      validates:
        'VALIDATE of a constraint of the domain {domain} reads every row of {tables} under a SHARE lock, unlike that of a table: all writes wait until the last table is read.\nRun it when they are quiet, or put a CHECK on each table instead.',
      creates:
        'A constraint of the domain {domain} is hard to change later: every change reads all tables that use {domain} under a SHARE lock, and adding a column of it to a table with rows rewrites the table.\nPut a CHECK on the tables instead, which has neither cost.',
    },
  },

  check: {
    alterDomain(action, context) {
      const { operation } = action;
      if (
        context.runsLater ||
        operation === 'dropConstraint' ||
        operation === 'dropNotNull' ||
        operation === 'setDefault' ||
        action.notValid
      )
        return;
      const tables = context.impact.locks.filter((lock) => !lock.isNew).map((lock) => lock.relation.label);
      const known = context.before.type(action.domain) !== undefined;
      // The history has made the domain and no table with it.
      if (known && tables.length === 0) return;
      const data = {
        domain: nameOf(action.domain),
        tables: tables.length > 0 ? listed(tables) : 'every table that uses it',
      };
      const at = leadingWords(context.statement);
      if (operation === 'validateConstraint') return { at, message: 'validates', data, severity: 'warning' };
      const what = operation === 'setNotNull' ? 'SET NOT NULL' : 'A new constraint';
      return {
        at,
        message: 'scans',
        data: { ...data, what },
        fixes: notValid(action, context),
        ...(known ? {} : { severity: 'warning' }),
      };
    },
    createDomain(action, { statement, runsLater }) {
      if (!action.constrained || runsLater) return;
      return {
        at: leadingWords(statement),
        message: 'creates',
        data: { domain: nameOf(action.domain) },
        severity: 'info',
      };
    },
  },
});

/** New values are checked from now on, old ones stay unchecked: a domain's NOT NULL cannot be that (0A000, measured). */
function notValid({ operation }: AlterDomain, { statement }: RuleContext): Fix[] {
  if (operation !== 'addConstraint' || !/\bcheck\b/i.test(statement.text)) return [];
  return [
    {
      title: 'Add NOT VALID, and leave old rows unchecked',
      safety: 'unsafe',
      edits: [append(statement, ` ${inCaseOf(statement, 'NOT VALID')}`)],
    },
  ];
}
