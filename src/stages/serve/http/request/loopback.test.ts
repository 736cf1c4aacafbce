import { describe, expect, it } from 'vitest';
import { finalFrameStart } from '../answer/final-frame.ts';
import { comesFromHere, isLoopback } from './loopback.ts';

describe('what reaches only this machine', () => {
  it('is told by its address', () => {
    for (const host of ['localhost', '127.0.0.1', '127.8.8.8', '::1', '[::1]']) {
      expect(isLoopback(host)).toBe(true);
    }
    for (const host of ['0.0.0.0', '::', '10.0.0.1', 'example.com', '', 'localhost.example.com']) {
      expect(isLoopback(host)).toBe(false);
    }
  });

  it('is no request by another name, and none from a page of another site', () => {
    expect(comesFromHere({ host: '127.0.0.1:8080' })).toBe(true);
    expect(comesFromHere({ host: 'LOCALHOST:8080', origin: 'http://localhost:3000' })).toBe(true);
    expect(comesFromHere({ host: '[::1]:8080' })).toBe(true);
    expect(comesFromHere({ host: 'rebound.example.com' })).toBe(false);
    expect(comesFromHere({})).toBe(false);
    expect(comesFromHere({ host: '127.0.0.1', origin: 'https://example.com' })).toBe(false);
    expect(comesFromHere({ host: '127.0.0.1', origin: 'null' })).toBe(false);
  });
});

describe('the event that ends an answer', () => {
  const at = (text: string) => finalFrameStart(Buffer.from(text));

  it('is found at the end of a chunk', () => {
    expect(at('data: [DONE]\n\n')).toBe(0);
    expect(at('data: {}\n\ndata: [DONE]\n\n')).toBe(10);
    expect(at('data: {}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n')).toBe(10);
  });

  it('is not taken from the words of an answer', () => {
    expect(at('data: {"content":"data: [DONE]"}\n\n')).toBe(-1);
    expect(at('data: {"content":"event: message_stop"}\n\n')).toBe(-1);
  });
});
