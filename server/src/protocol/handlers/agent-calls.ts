import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { agentDesk, type AnswerAgent } from '../agent-desk.js';
import { type AgentCallParams, type AgentCallResult, methods } from '../messages/messages.js';
import { breathe } from '../safely.js';
import type { Session } from '../session.js';

/** Answers the tools that our own clients offer to the agents of their editor. Where git must not be asked, none. */
export function handleAgentCalls(session: Session, answer: AnswerAgent): void {
  const { connection, documents, features, folders, settings } = session;
  connection.onRequest(
    methods.agentCall,
    async ({ name, input }: AgentCallParams, token: CancellationToken): Promise<AgentCallResult> => {
      if (!features.trusted) return { refusal: 'The workspace is not trusted, so nothing is looked at for an agent.' };
      await breathe();
      const controller = new AbortController();
      if (token.isCancellationRequested) controller.abort();
      token.onCancellationRequested(() => controller.abort());
      const desk = await agentDesk({
        folders: folders(),
        documents: documents.all().map((document) => [document.uri, document.getText()] as const),
        settingsOf: (uri) => settings.get(uri),
        signal: controller.signal,
      });
      if (desk === undefined) return { refusal: 'Airlock is switched off here (setting airlock.enable).' };
      try {
        controller.signal.throwIfAborted();
        return await answer({ name, input }, desk);
      } catch (error) {
        if (controller.signal.aborted) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
        throw error;
      }
    },
  );
}
