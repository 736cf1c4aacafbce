/** Licences that several models share. */
export const apache = { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0', note: null };
export const mit = { name: 'MIT', url: 'https://opensource.org/license/mit', note: null };
