import * as v from 'valibot';
import { commentMark } from '../formats/markdown.js';

/** Where comments are read and written. The token goes to no other host. */
export interface CommentPlace {
  /** GITHUB_API_URL. */
  readonly api: string;
  readonly token: string;
  /** "owner/name". */
  readonly repository: string;
  readonly number: number;
  /** Who writes our comments; undefined: whoever the token belongs to. */
  readonly author: string | undefined;
}

/** What became of the comment. `failed` is a note and never a failure of the check. */
export type CommentResult =
  | { readonly done: 'posted' | 'updated' | 'unchanged' | 'not needed' }
  | { readonly failed: string };

const comments = v.array(
  v.object({ id: v.number(), body: v.nullish(v.string()), user: v.nullish(v.object({ login: v.string() })) }),
);
const account = v.object({ login: v.string() });

/** By whom a workflow's own token comments. */
const workflowAccount = 'github-actions[bot]';

/** More pages than that are followed for nobody: ten thousand comments. */
const MOST_PAGES = 100;

/**
 * Makes the comment of a pull request what it has to be: the one that an earlier run has written is updated in its
 * place, otherwise one is posted, but none where there is nothing to say. Nothing is ever deleted. Never throws.
 */
export async function keepComment(place: CommentPlace, body: string, hasFindings: boolean): Promise<CommentResult> {
  try {
    const author = place.author ?? (await authorOf(place));
    const there = await ownComment(place, author);
    if (there?.body === body) return { done: 'unchanged' };
    if (!there && !hasFindings) return { done: 'not needed' };
    const { api, repository, number } = place;
    if (there) await send(place, 'PATCH', `${api}/repos/${repository}/issues/comments/${there.id}`, { body });
    else await send(place, 'POST', `${api}/repos/${repository}/issues/${number}/comments`, { body });
    return { done: there ? 'updated' : 'posted' };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

/** A workflow's token may not ask who it is; one of a person may. */
async function authorOf(place: CommentPlace): Promise<string> {
  const answer = await ask(place, 'GET', `${place.api}/user`);
  const user = answer.ok ? v.safeParse(account, await answer.json()) : undefined;
  return user?.success ? user.output.login : workflowAccount;
}

/** The first comment of the author that begins with our mark, on whichever page it stands. */
async function ownComment(
  place: CommentPlace,
  author: string,
): Promise<{ readonly id: number; readonly body: string } | undefined> {
  let page: string | undefined = `${place.api}/repos/${place.repository}/issues/${place.number}/comments?per_page=100`;
  for (let count = 0; page !== undefined && count < MOST_PAGES; count++) {
    const answer: Response = await send(place, 'GET', page);
    for (const { id, body, user } of v.parse(comments, await answer.json()))
      if (user?.login === author && body?.startsWith(commentMark)) return { id, body: body.replaceAll('\r\n', '\n') };
    page = nextPage(answer.headers.get('link') ?? '', place.api);
  }
  return undefined;
}

/** The address of the next page, where it is one of the same host. */
export function nextPage(link: string, api: string): string | undefined {
  const [, address] = /<([^<>]+)>\s*;\s*rel="next"/.exec(link) ?? [];
  if (address === undefined || !URL.canParse(address)) return undefined;
  return new URL(address).origin === new URL(api).origin ? address : undefined;
}

async function send(place: CommentPlace, method: string, address: string, content?: object): Promise<Response> {
  const answer = await ask(place, method, address, content);
  if (answer.ok) return answer;
  const what = method === 'GET' ? 'read the comments' : 'write a comment';
  if (answer.status === 401 || answer.status === 403 || answer.status === 404)
    throw new Error(
      `The token may not ${what} (${answer.status}): so it is for pull requests of forks, and without "pull-requests: write".`,
    );
  throw new Error(`GitHub answered ${answer.status} when asked to ${what}.`);
}

async function ask({ token }: CommentPlace, method: string, address: string, content?: object): Promise<Response> {
  try {
    return await fetch(address, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'user-agent': 'pg-airlock',
        'x-github-api-version': '2022-11-28',
      },
      // A redirect could lead to another host, with the token.
      redirect: 'error',
      signal: AbortSignal.timeout(15_000),
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    });
  } catch {
    throw new Error(`GitHub cannot be reached at ${new URL(address).origin}.`);
  }
}
