/**
 * - right: Airlock's form does what the statement does, also when it is interrupted, written to, taken back
 * - refused: there is a safe form and Airlock does not offer it, with the reason
 * - lower: only a fix that asks for a look ("unsafe") is offered
 * - as it is: nothing is offered, the statement stays
 * - WRONG: what is offered does something else
 * - broken: the case itself does not run
 */
export type Verdict = 'right' | 'refused' | 'lower' | 'as it is' | 'WRONG' | 'broken';

export interface Outcome {
  readonly verdict: Verdict;
  /** The reason of a refusal; of a WRONG one what went wrong, each with the form that did it. */
  readonly why: readonly string[];
}
