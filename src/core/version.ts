/** Version of stepdown, as in package.json (a test keeps them equal). */
export const stepdownVersion = '0.1.0';
