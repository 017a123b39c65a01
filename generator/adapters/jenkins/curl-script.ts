import { SERVICE_USER } from '../../model/jenkins/hosting-stack.ts';
import { CONNECT_SECONDS, REQUEST_SECONDS } from './jenkins-transport.ts';

/** Exit codes of ours: curl's own are below 100. */
export const NO_CURL = 127;
export const NO_PASSWORD = 120;

/**
 * One request, run by the shell in the controller's container: `$1` method, `$2` address with path, `$3` the address of the
 * crumbs, `$4` the form, `$5` the file of the password. The password goes from there to curl's standard input by the shell's own
 * `printf`: it is in no list of processes, and leaves the container in no form. What is printed is the answer with its head, as
 * HTTP has it. The session of a crumb is kept in a file for as long as one request takes.
 */
export const CURL_SCRIPT = `
set -u
umask 077
[ -r "$5" ] || exit ${NO_PASSWORD}
command -v curl >/dev/null || exit ${NO_CURL}
password=$(tr -d '\\r\\n' <"$5" | sed 's/[\\\\"]/\\\\&/g')
login() { printf 'user = "${SERVICE_USER}:%s"\\n' "$password"; }
ask() {
  curl --disable --config - --noproxy '*' --silent --show-error --globoff --http1.1 \\
    --connect-timeout ${CONNECT_SECONDS} --max-time ${REQUEST_SECONDS} "$@"
}
if [ "$1" = GET ]; then
  login | ask --include "$2"
  exit
fi
jar=$(mktemp) || exit
trap 'rm -f "$jar"' EXIT
crumbs=$(login | ask --cookie-jar "$jar" "$3") || exit
field() { printf '%s' "$crumbs" | tr -d '\\r\\n' | sed -n "s/.*\\"$1\\" *: *\\"\\([^\\"\\\\\\\\]*\\)\\".*/\\1/p"; }
crumb=$(field crumb)
{
  login
  [ -z "$crumb" ] || printf 'header = "%s: %s"\\n' "$(field crumbRequestField)" "$crumb"
} | ask --include --cookie "$jar" --request POST --header 'Expect:' --data-raw "$4" "$2"
`;
