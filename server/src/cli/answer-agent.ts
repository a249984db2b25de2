import type { AnswerAgent } from '../protocol/agent-desk.js';

/** The tools for coding agents, for the language server. They are loaded by the first call, so that its start is as fast. */
export const answerAgent: AnswerAgent = async (call, desk) => {
  const { answer } = await import('../agent/tools.js');
  return answer(call, desk);
};
