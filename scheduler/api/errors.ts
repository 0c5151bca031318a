/** Errors as answers: anything caught becomes the body of `proto/api.ts` and the status of the code's table. Pure. */
import type { ErrorBody } from '../../proto/api.ts';
import { codes, SuanlinkError } from '../../proto/codes.ts';

/** What fastify and Node say about requests that are not even requests, by their own code. */
const foreign: Record<string, { code: 'too_large' | 'invalid_argument' | 'not_found'; message: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'too_large', message: 'the body is over 1 MiB' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'invalid_argument',
    message: 'the body must be JSON: send it with Content-Type: application/json',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'invalid_argument',
    message: 'the body is not as long as Content-Length says',
  },
  FST_ERR_BAD_URL: { code: 'invalid_argument', message: 'the path is malformed' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'not_found', message: 'no such id' },
};

/** `caught` as our error: ours unchanged, the framework's by its table, the rest `internal`. */
export function toSuanlinkError(caught: unknown): SuanlinkError {
  if (caught instanceof SuanlinkError) return caught;
  if (caught instanceof Error) {
    const word = 'code' in caught && typeof caught.code === 'string' ? caught.code : '';
    const known = Object.hasOwn(foreign, word) ? foreign[word] : undefined;
    if (known) return new SuanlinkError(known.code, known.message, { cause: caught });
    if (caught instanceof SyntaxError || word === 'FST_ERR_CTP_INVALID_JSON_BODY')
      return new SuanlinkError('invalid_argument', `the body is not JSON: ${caught.message}`, {
        cause: caught,
      });
  }
  return SuanlinkError.from(caught);
}

/** The answer for `error`: `internal` says where to look and nothing of its cause, `unauthenticated` nothing of why. */
export function errorAnswer(error: SuanlinkError, requestId: string): { status: number; body: ErrorBody } {
  const { http, retryable } = codes[error.code];
  const internal = error.code === 'internal';
  const message = internal
    ? `a defect of the scheduler; its log has the cause under request ${requestId}`
    : error.message;
  const details = internal
    ? { request_id: requestId }
    : error.code === 'unauthenticated'
      ? {}
      : error.details;
  return { status: http, body: { error: { code: error.code, message, retryable, details } } };
}
