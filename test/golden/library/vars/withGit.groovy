// Step of Millrace’s library, written by `millrace generate`; edits here are overwritten.
/** Runs the body with the credential that may push: a user's password or token, or a key with `ssh: true`. */
void call(Map options, Closure body) {
    if (!options.credential) {
        body()
    } else if (options.ssh) {
        withCredentials([sshUserPrivateKey(credentialsId: options.credential, keyFileVariable: 'MILLRACE_GIT_KEY')]) {
            withEnv(['GIT_SSH_COMMAND=ssh -i "$MILLRACE_GIT_KEY" -o IdentitiesOnly=yes']) { body() }
        }
    } else {
        withCredentials([gitUsernamePassword(credentialsId: options.credential)]) { body() }
    }
}
