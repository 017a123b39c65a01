/**
 * The address of a remote as it may be committed: without password, token or query.
 * @param address as `git remote get-url` prints it
 * @returns undefined for a folder of this machine, which no Jenkins could clone
 */
export function cleanRemote(address: string): string | undefined {
  const text = address.trim();
  if (text === '' || /[\u0000-\u0020\u007f]/.test(text)) return undefined;
  if (/^(?:https?|ssh|git|git\+ssh):\/\//i.test(text)) return cleanUrl(text);
  // git's short form of ssh: user@host:path. One letter before the colon is a drive of Windows.
  return /^(?:[\w.-]+@)?[\w.-]{2,}:(?!\/\/)[^@:]+$/.test(text) ? text : undefined;
}

function cleanUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  url.password = '';
  // `git@` names an account that everybody uses; over HTTP a user name alone is often a token.
  if (/^https?:$/.test(url.protocol)) url.username = '';
  url.search = '';
  url.hash = '';
  return url.href;
}

/** `shop` of `https://git.example.com/acme/shop.git` and of `git@example.com:acme/shop`. */
export function nameOfRemote(address: string): string {
  return (address.replace(/\/+$/, '').split(/[/:]/).pop() ?? '').replace(/\.git$/i, '');
}
