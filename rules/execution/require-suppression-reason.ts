import { defineRule } from '../engine/define-rule.js';

/** Reported by the engine when it reads the suppressions. */
export default defineRule({
  meta: {
    id: 'require-suppression-reason',
    category: 'execution',
    severity: 'warning',
    summary: 'Suppression comments give a reason.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: [],
    messages: {
      noReason: 'This comment gives no reason, so it silences nothing.\nWrite: -- airlock-ignore {rule}: <reason>',
    },
  },
});
