import { ConfigError } from '../core/errors/index.ts';

const names = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'];

/**
 * Gives the addresses of proxies in the environment a scheme where they have none, as in `proxy.example:3128`: curl
 * and pip take them so, but what makes our connections reads the same variables and does not.
 * @param variables changed in place
 * @throws ConfigError `proxy-invalid`
 */
export function completeProxyVariables(variables: Record<string, string | undefined> = process.env): void {
  for (const name of names) {
    const value = variables[name];
    if (!value) continue;
    const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
    if (!URL.canParse(address)) {
      // Not shown: it may hold a password.
      throw new ConfigError(
        'proxy-invalid',
        `The variable ${name} holds no address of a proxy`,
        'Write it as http://host:port, or unset it.',
      );
    }
    if (address !== value) variables[name] = address;
  }
}
