import * as z from 'zod';
import { CredentialId, Line, Text, pattern, url } from './text.ts';

export const Scm = z
  .strictObject({
    kind: z
      .enum(['git', 'github'])
      .default('git')
      .describe('`git`: branches only; `github`: pull requests and commit status too'),
    credential: CredentialId.optional().describe(
      'credential that may read the repository; branches see it too',
    ),
    push: CredentialId.optional().describe(
      'credential that may push branches, for `refresh` and `rebuild`, and write commit statuses on GitHub; only the trusted branch’s folder holds it',
    ),
    host_keys: z
      .array(
        pattern(
          /^[A-Za-z0-9.:[\],*-]+ (ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+={0,2}$/,
          'a line as in known_hosts, such as "git.example.com ssh-ed25519 AAAA…"',
          '`ssh-keyscan HOST` prints it; compare it with what the host publishes',
        ),
      )
      .min(1)
      .optional()
      .describe(
        'host keys of the repository, for an address by SSH; without them Jenkins believes the first that it sees',
      ),
    forks: z
      .boolean()
      .default(false)
      .describe(
        'build pull requests from forks, with the trusted branch’s Jenkinsfile and without credentials',
      ),
  })
  .describe('how Jenkins reads the repository');
export type Scm = z.infer<typeof Scm>;

export const Registry = z
  .union([
    z.literal('own'),
    z.strictObject({
      url: pattern(
        /^(https?:\/\/)?[A-Za-z0-9.-]+(:[0-9]{1,5})?(\/[a-z0-9._/-]+)?$/,
        'the address of a registry, such as registry.example.com:5000',
      ).describe('its address; enters no hash'),
      credential: CredentialId.optional().describe('user and password that may push'),
    }),
  ])
  .describe('`own`: the stack `registry` on the cluster; else the address of one that exists');
export type Registry = z.infer<typeof Registry>;

export const Aws = z
  .strictObject({
    region: pattern(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'a region such as eu-central-1').describe(
      'the region; reaches every tool',
    ),
    accounts: z
      .array(pattern(/^[0-9]{12}$/, 'an account id of 12 digits', 'quote it: "123456789012"'))
      .min(1)
      .describe('accounts that may be changed; any other is refused'),
    credential: CredentialId.optional().describe(
      'user and password: an access key and its secret, for jobs of the trusted branch’s folder; without it agents need another way',
    ),
  })
  .describe('where AMIs and infrastructure live');
export type Aws = z.infer<typeof Aws>;

const mailAddress = pattern(/^[^\s@,;<>"']+@[^\s@,;<>"']+$/, 'a mail address');

export const Smtp = z
  .strictObject({
    host: pattern(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/, 'the name of a host').describe(
      'its name',
    ),
    port: z.int().min(1).max(65_535).default(587).describe('its port'),
    tls: z
      .enum(['starttls', 'tls', 'none'])
      .default('starttls')
      .describe('`tls` from the first byte on, as on port 465'),
    user: Line.optional().describe('whom to log in as; nobody without it'),
    credential: CredentialId.optional().describe('the password of `user`'),
    from: mailAddress
      .optional()
      .describe('address that mails come from; the first of `notify.mail` by default'),
  })
  .describe('the server by which Jenkins sends mail');
export type Smtp = z.infer<typeof Smtp>;

export const Jenkins = z
  .strictObject({
    url: url(['http', 'https']).optional().describe('address that people and webhooks use'),
    admins: z
      .array(pattern(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, 'a user name'))
      .min(1)
      .default(['admin'])
      .describe('users who may do everything'),
    agents: z
      .strictObject({ build: z.int().min(1).max(100).default(1), deploy: z.int().min(1).max(20).default(1) })
      .default({ build: 1, deploy: 1 })
      .describe('number of agents of each sort'),
    memory: pattern(/^[1-9][0-9]{0,4}[mg]$/, 'an amount of memory such as 2g or 1500m')
      .default('2g')
      .describe('memory of the controller'),
    smtp: Smtp.optional(),
  })
  .describe('the controller');
export type Jenkins = z.infer<typeof Jenkins>;

export const Retention = z
  .strictObject({
    commits: z
      .int()
      .min(1)
      .max(10_000)
      .default(50)
      .describe('commits of the branch whose artifacts are kept'),
    days: z
      .int()
      .min(1)
      .max(3650)
      .default(30)
      .describe('days that builds’ logs and young artifacts are kept'),
  })
  .describe('what `prune` keeps');
export type Retention = z.infer<typeof Retention>;

export const Backup = z
  .strictObject({
    to: pattern(
      /^(s3:\/\/[a-z0-9][a-z0-9.-]{0,62}|file:(\/\/)?\/[^/\s"'\\?#]+)(\/[^\s"'\\?#]*)?$/,
      's3://bucket/prefix or file:/folder',
    ).describe('where JENKINS_HOME is backed up to: s3://bucket/prefix or file:/folder'),
  })
  .describe('backups of JENKINS_HOME');
export type Backup = z.infer<typeof Backup>;

export const Notify = z
  .strictObject({
    slack: z
      .strictObject({ credential: CredentialId.describe('secret text: the webhook’s URL') })
      .optional()
      .describe('a webhook of Slack; hears of the trusted branch only'),
    mail: z.array(mailAddress).min(1).max(50).optional().describe('addresses'),
    on: z
      .array(z.enum(['failure', 'fixed', 'success', 'aborted']))
      .min(1)
      .default(['failure', 'fixed', 'aborted'])
      .describe('`aborted` is also what a timeout ends in'),
  })
  .describe('who hears of failures and recoveries');
export type Notify = z.infer<typeof Notify>;

export const Mirrors = z
  .record(Line, Text)
  .describe('external image (or registry) -> where to fetch it, for networks without public registries');
export type Mirrors = z.infer<typeof Mirrors>;
