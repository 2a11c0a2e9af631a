import type { Usage } from '../economy/usage.ts';
import type { Reply, Settings, Spent, Turn } from '../models/model.ts';

/** Stands for an answer in a conversation where there was none: servers refuse turns without text. */
const nothing = '(no answer)';

/** A reply as a turn of a conversation. */
export function answered(reply: Reply): Turn[] {
  const text = reply.ok && reply.text.trim() !== '' ? reply.text : nothing;
  return [{ role: 'assistant', content: text }];
}

/** How often a protocol has put a question before this time. */
export const attemptOf = (question: unknown): number =>
  Number((question as { attempt?: unknown } | null)?.attempt ?? 0);

/** Why an answer cannot be read. */
export type UnreadCause = 'malformed' | 'refused' | 'truncated' | 'empty' | 'failed';

/** The cause, for an answer that cannot be read. */
export function causeOf(reply: Reply): UnreadCause {
  if (!reply.ok) return 'failed';
  if (reply.finish === 'refused') return 'refused';
  if (reply.finish === 'length') return 'truncated';
  return reply.text.trim() === '' ? 'empty' : 'malformed';
}

/** Tokens of an answer and of its repair. */
export function usageOf(
  replies: readonly Extract<Reply, { ok: true }>[],
  question: unknown,
  { maxOutputTokens }: Settings,
): Usage {
  const sum = (of: (spent: Spent) => number | undefined): number =>
    replies.reduce((total, { spent }) => total + (of(spent) ?? 0), 0);
  const prompt = sum((it) => it.prompt);
  const output = sum((it) => it.output);
  const cached = sum((it) => it.cached);
  const reasoning = sum((it) => it.reasoning);
  const { purpose } = (question ?? {}) as { purpose?: Usage['purpose'] };
  return {
    prompt,
    output,
    // A server's counts may contradict each other; a part is never more than the whole.
    ...(cached === 0 ? {} : { cachedRead: Math.min(cached, prompt) }),
    ...(reasoning === 0 ? {} : { reasoning: Math.min(reasoning, output) }),
    requested: maxOutputTokens * replies.length,
    ...(replies.some(({ spent }) => spent.isEstimated) ? { isEstimated: true as const } : {}),
    ...(attemptOf(question) > 0 ? { purpose: 'retry' as const } : purpose === undefined ? {} : { purpose }),
  };
}
