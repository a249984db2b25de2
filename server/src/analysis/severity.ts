import type { RuleMeta, Severity } from '../../../rules/engine/define-rule.js';
import type { Config } from './config.js';

/** The severity a rule has under the configuration; "off" when it does not run. */
export function severityOf(meta: RuleMeta, config: Config): Severity | 'off' {
  return config.rules.get(meta.id)?.severity ?? (meta.recommended ? meta.severity : 'off');
}
