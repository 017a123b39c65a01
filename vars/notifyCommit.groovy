// Step of Millrace’s library, written by `millrace generate`; edits here are overwritten.
/** Says at the commit itself, on GitHub, how this build of it ended. Branches have that from their branch source. */
void call(Map options) {
    String commit = millrace.builtCommit()
    if (!commit || !millrace.delivers()) {
        return
    }
    notifyBuild.attempt('commit status') {
        notifyBuild.onAgent('deploy') { send("${options.statuses}${commit}", options.credential, describe()) }
    }
}

Map describe() {
    String result = currentBuild.currentResult
    String state = [SUCCESS: 'success', ABORTED: 'error'][result] ?: 'failure'
    // GitHub takes 140 characters.
    String text = "${result.toLowerCase()} ${notifyBuild.firstFailure()}".trim()
    String description = text.substring(0, Math.min(140, text.length()))
    return [state: state, context: 'millrace/deliver', target_url: env.BUILD_URL, description: description]
}

void send(String url, String credential, Map status) {
    writeJSON(file: "${env.WORKSPACE_TMP}/commit-status.json", json: status)
    withCredentials([usernamePassword(
        credentialsId: credential,
        usernameVariable: 'MILLRACE_STATUS_USER',
        passwordVariable: 'MILLRACE_STATUS_TOKEN'
    )]) {
        withEnv(["MILLRACE_STATUS_URL=${url}"]) {
            // The token is a secret: curl reads it from standard input, so that no list of processes shows it.
            sh '''
                printf 'header = "Authorization: Bearer %s"\\n' "$MILLRACE_STATUS_TOKEN" |
                    curl --config - --fail --silent --show-error --max-time 20 --output /dev/null \\
                         --header 'Accept: application/vnd.github+json' \\
                         --data "@$WORKSPACE_TMP/commit-status.json" "$MILLRACE_STATUS_URL"
            '''
        }
    }
}
