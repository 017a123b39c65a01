import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A file's text, `{ executable: text }` or `{ link: target }`; null takes the path away. */
export type Content = string | Buffer | { executable: string } | { link: string } | null;

/** A git repository in a folder of its own, with nobody's settings but its own. */
export class TemporaryRepository {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  static make(options: readonly string[] = []): TemporaryRepository {
    const repository = new TemporaryRepository(mkdtempSync(join(tmpdir(), 'millrace-git-')));
    repository.git('init', '--quiet', '--initial-branch=main', ...options);
    return repository;
  }

  git(...args: string[]): string {
    return execFileSync('git', args, {
      cwd: this.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: 'a@example.com',
        GIT_COMMITTER_NAME: 'a',
        GIT_COMMITTER_EMAIL: 'a@example.com',
        GIT_ALLOW_PROTOCOL: 'file',
      },
    }).trimEnd();
  }

  write(files: Readonly<Record<string, Content>>): this {
    for (const [path, content] of Object.entries(files)) {
      const target = join(this.folder, path);
      if (lstatSync(target, { throwIfNoEntry: false })) rmSync(target, { recursive: true });
      if (content === null) continue;
      mkdirSync(dirname(target), { recursive: true });
      if (typeof content === 'string' || Buffer.isBuffer(content)) writeFileSync(target, content);
      else if ('link' in content) symlinkSync(content.link, target);
      else {
        writeFileSync(target, content.executable);
        chmodSync(target, 0o755);
      }
    }
    return this;
  }

  commit(files: Readonly<Record<string, Content>> = {}): string {
    this.write(files);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message=x');
    return this.git('rev-parse', 'HEAD');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
