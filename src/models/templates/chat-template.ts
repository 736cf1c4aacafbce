import type { ChatTemplate } from '../../core/chat-model.ts';
import type { Message } from '../../core/example.ts';
import { sha256 } from '../../core/hash.ts';
import { compileJinja } from './jinja-sandbox.ts';

/** What makes a chat template; kept in a specialist's manifest, it makes the same template again. */
export interface ChatTemplateSpec {
  /**
   * Jinja text, complete in itself: beginning-of-text tokens are written in it, so the text that comes out is
   * tokenised with special tokens recognised and without adding any.
   */
  readonly source: string;
  readonly endOfTurn: string;
  readonly stop: readonly string[];
}

/** A ChatTemplate whose Jinja text can be written into other formats. */
export type JinjaChatTemplate = ChatTemplate & ChatTemplateSpec;

/** Strings that tokenise to control tokens in any of the common formats. */
const controlPattern =
  /<\|[^|<>\s]{1,48}\|>|<\/?s>|<(?:bos|eos|pad)>|<(?:start|end)_of_turn>|\[\/?[A-Z_]{4,24}\]/g;

/**
 * Makes a chat template from Jinja text.
 *
 * Text in messages that spells one of the template's control tokens (a row that contains `<|im_end|>`) gets
 * a space after its first character, so that data cannot end a turn or pretend to be another speaker. As
 * training and serving render with the same object, both see the same text.
 *
 * @throws DataError `template-invalid`
 */
export function createChatTemplate(spec: ChatTemplateSpec): JinjaChatTemplate {
  const render = compileJinja(spec.source);
  const controls = controlStrings(spec);
  const harmless = (content: string): string => {
    let text = content;
    for (const control of controls) {
      if (text.includes(control))
        text = text.replaceAll(control, `${control.slice(0, 1)} ${control.slice(1)}`);
    }
    return text;
  };
  return {
    source: spec.source,
    endOfTurn: spec.endOfTurn,
    stop: spec.stop,
    hash: sha256(JSON.stringify([spec.source, spec.endOfTurn, spec.stop])),
    render: (messages: readonly Message[]) =>
      render({
        messages: messages.map(message => ({ role: message.role, content: harmless(message.content) })),
        add_generation_prompt: true,
        // Models that can think aloud are told not to: a specialist answers at once.
        enable_thinking: false,
      }),
  };
}

/** Every control string that the template writes or that ends an answer. */
export function controlStrings(spec: ChatTemplateSpec): string[] {
  const found = [...spec.source.matchAll(controlPattern)].map(match => match[0]);
  return [...new Set([...found, spec.endOfTurn, ...spec.stop])].filter(control => control.length > 1);
}
