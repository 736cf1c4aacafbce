/** A token of an answer with its natural-log probability. */
export interface ScoredToken {
  readonly token: string;
  /** At most 0. */
  readonly logprob: number;
  /** The likeliest tokens at this place, the chosen one usually among them; absent where they were not asked for. */
  readonly top?: readonly { readonly token: string; readonly logprob: number }[];
}

/**
 * Log-probabilities of the tokens that carry values of a JSON answer: text inside string values, numbers, `true`,
 * `false` and `null`. Braces, quotes, white space and keys are left out, as a schema all but dictates them and they
 * would drown the rest. Broken JSON is read as far as it goes.
 *
 * @param tokens of the answer in order
 */
export function valueLogprobs(tokens: readonly ScoredToken[]): number[] {
  const isValue = valueReader();
  return tokens.flatMap(({ token, logprob }) => {
    let value = false;
    // Every character moves the reader on, also after the first that belongs to a value.
    for (const character of token) if (isValue(character)) value = true;
    return value ? [logprob] : [];
  });
}

/** Reads JSON character by character and says of each whether it belongs to a value. */
function valueReader(): (character: string) => boolean {
  /** Open containers: in an object a string is a key until its colon has come. */
  const open: ('{' | '[')[] = [];
  let inString = false;
  let escaped = false;
  let expectsKey = false;
  return character => {
    if (inString) {
      if (escaped) escaped = false;
      else if (character === '\\') escaped = true;
      else if (character === '"') {
        inString = false;
        return false;
      }
      return !expectsKey;
    }
    switch (character) {
      case '"':
        inString = true;
        return false;
      case '{':
      case '[':
        open.push(character);
        expectsKey = character === '{';
        return false;
      case '}':
      case ']':
        open.pop();
        expectsKey = false;
        return false;
      case ':':
        expectsKey = false;
        return false;
      case ',':
        expectsKey = open.at(-1) === '{';
        return false;
      default:
        return !/\s/.test(character);
    }
  };
}
