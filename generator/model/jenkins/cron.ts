import { adviseOnCronLine } from './cron-advice.ts';
import { NumberTooLarge, parseCronLine } from './cron-line.ts';
import { shortenMessage, trimLikeJava } from './java-text.ts';
import { isJavaTimeZone } from './time-zones.ts';
import { SyntaxRefusal } from './token-stream.ts';

/** Jenkins' verdict on a schedule; both texts are one line, in Jenkins' own words. */
export type CronCheck = { ok: true; warning?: string } | { ok: false; message: string };

const TIME_ZONE_PREFIX = 'TZ=';

/**
 * Judges a schedule as Jenkins 2.541 does (`hudson.scheduler.CronTabList.create`, then `checkSanity`): lines
 * separated by LF or CR LF, blank lines and lines that begin with `#` ignored, `TZ=<zone>` on the very first
 * line only. `message` names line and column (`line 2:7: …`, lines from 1, columns from 0, as Jenkins counts).
 * A dead date such as 31 February is valid there, and so it is here. Never throws.
 */
export function checkCron(spec: string): CronCheck {
  let warning: string | undefined;
  for (const [index, untrimmed] of spec.split(/\r?\n/).entries()) {
    const line = trimLikeJava(untrimmed);
    if (index === 0 && line.startsWith(TIME_ZONE_PREFIX)) {
      const zone = line.replaceAll(TIME_ZONE_PREFIX, '');
      if (!isJavaTimeZone(zone)) return refuse(`Invalid or unsupported timezone '${zone}'`);
    } else if (line !== '' && !line.startsWith('#')) {
      const check = checkLine(line, index + 1);
      if (!check.ok) return check;
      warning ??= check.warning;
    }
  }
  return warning === undefined ? { ok: true } : { ok: true, warning: shortenMessage(warning) };
}

function checkLine(line: string, number: number): CronCheck {
  try {
    const table = parseCronLine(line);
    const warning = table && adviseOnCronLine(line, table);
    return warning === undefined ? { ok: true } : { ok: true, warning };
  } catch (error) {
    if (error instanceof SyntaxRefusal) return refuse(`line ${number}:${error.column}: ${error.message}`);
    if (error instanceof NumberTooLarge) return refuse(error.message);
    throw error;
  }
}

function refuse(message: string): CronCheck {
  return { ok: false, message: shortenMessage(message) };
}
