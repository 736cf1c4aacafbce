import { ConfigError } from '../../core/errors/index.ts';

/**
 * Checks a base URL and gives it with a slash at the end, for resolving endpoints against.
 * @throws ConfigError `base-url-invalid`
 */
export function parseBaseUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid('it is not a URL');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw invalid('only http and https are used');
  if (url.username !== '' || url.password !== '') throw invalid('it holds a user name or a password');
  if (url.search !== '' || url.hash !== '') throw invalid('it has a query or a fragment');
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** The text is not repeated: it may hold a secret. */
function invalid(why: string): ConfigError {
  return new ConfigError(
    'base-url-invalid',
    `The base URL of the model cannot be used: ${why}`,
    'Set `baseUrl` to the API root, for example http://127.0.0.1:8000/v1; a key goes into the variable that `apiKeyEnv` names.',
  );
}
