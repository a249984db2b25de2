import { defineRule } from '../engine/define-rule.js';

/** Reported by the engine, which alone knows what every suppression has silenced. */
export default defineRule({
  meta: {
    id: 'no-unused-suppression',
    category: 'execution',
    severity: 'info',
    summary: 'Suppression comments silence something.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: [],
    messages: {
      stale: 'Nothing {where} is reported by {rule}, so this comment hides nothing now and a hazard later.\nDelete it.',
      unknownRule: 'There is no rule "{rule}", so this comment silences nothing.\n{hint}',
      expired:
        '{rule} was accepted here until {until}, and that day is over: it is reported again.\nMend what is reported, or write a later day.',
      noDay:
        'This comment silences nothing: "{until}" is no day.\nWrite: -- airlock-ignore {rule} until 2027-01-31: <reason>',
      noRule: 'This comment names no rule.\nWrite: -- airlock-ignore <rule>: <reason>',
      noStatement:
        'No statement follows this comment, so it silences nothing.\nDelete it, or put it before the statement.',
    },
  },
});
