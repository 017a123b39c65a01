/** Runs the body with the credential that may push: a user's password or token, or a key with `ssh: true`. */
void call(Map options, Closure body) {
    if (!options.credential) {
        body()
    } else if (options.ssh) {
        withCredentials([sshUserPrivateKey(credentialsId: options.credential, keyFileVariable: 'MILLRACE_GIT_KEY')]) {
            withHostKeys(options.hostKeys) { String believe ->
                withEnv(["GIT_SSH_COMMAND=ssh -i \"\$MILLRACE_GIT_KEY\" -o IdentitiesOnly=yes $believe"]) { body() }
            }
        }
    } else {
        withCredentials([gitUsernamePassword(credentialsId: options.credential)]) { body() }
    }
}

/** As Jenkins itself does it for a checkout: only hosts that are listed, and without a list whoever comes first. */
private void withHostKeys(List<String> hostKeys, Closure body) {
    if (!hostKeys) {
        body('-o StrictHostKeyChecking=accept-new')
        return
    }
    String file = "${pwd(tmp: true)}/known_hosts"
    writeFile(file: file, text: hostKeys.join('\n') + '\n')
    withEnv(["MILLRACE_KNOWN_HOSTS=$file"]) {
        body('-o StrictHostKeyChecking=yes -o GlobalKnownHostsFile=/dev/null ' +
            '-o "UserKnownHostsFile=\\"$MILLRACE_KNOWN_HOSTS\\""')
    }
}
