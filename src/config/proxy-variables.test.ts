import { EnvHttpProxyAgent } from 'undici';
import { expect, it } from 'vitest';
import { completeProxyVariables } from './proxy-variables.ts';

it('gives addresses of proxies the scheme that others do without', () => {
  const variables: Record<string, string | undefined> = {
    http_proxy: 'proxy.example:3128',
    HTTP_PROXY: '10.0.0.1:8080',
    https_proxy: 'user:secret@proxy.example:3128',
    HTTPS_PROXY: 'https://proxy.example',
    NO_PROXY: 'localhost',
  };
  completeProxyVariables(variables);
  expect(variables).toEqual({
    http_proxy: 'http://proxy.example:3128',
    HTTP_PROXY: 'http://10.0.0.1:8080',
    https_proxy: 'http://user:secret@proxy.example:3128',
    HTTPS_PROXY: 'https://proxy.example',
    NO_PROXY: 'localhost',
  });
  const { http_proxy: httpProxy, https_proxy: httpsProxy } = variables as Record<string, string>;
  expect(() => new EnvHttpProxyAgent({ httpProxy: httpProxy!, httpsProxy: httpsProxy! })).not.toThrow();
});

it('refuses what is no address, without showing it', () => {
  const complete = () => completeProxyVariables({ HTTPS_PROXY: 'user:secret@' });
  expect(complete).toThrow(expect.objectContaining({ code: 'proxy-invalid', exitCode: 2 }));
  expect(complete).not.toThrow(/secret/);
});

it('leaves variables that are not set or empty alone', () => {
  const variables = { HTTP_PROXY: '', PATH: '/bin' };
  completeProxyVariables(variables);
  expect(variables).toEqual({ HTTP_PROXY: '', PATH: '/bin' });
});
