// Step of Millrace’s library, written by `millrace generate`; edits here are overwritten.
/** Tells people how this build ended. A notifier that fails is logged and never fails the build. */
void call(Map options) {
    String subject = "${env.JOB_NAME} #${env.BUILD_NUMBER}: ${options.event}"
    String text = "${subject}\n${env.BUILD_URL}"
    if (options.mail) {
        attempt('mail') { mail(to: options.mail.join(', '), subject: subject, body: text) }
    }
    // A branch's own build could read the webhook's address and keep it.
    if (options.slack && millrace.delivers()) {
        attempt('slack') { onAgent { postToSlack(options.slack, text) } }
    }
}

void attempt(String channel, Closure body) {
    // catchError also catches what is no exception: a step whose plugin is missing.
    catchError(message: "Could not notify by ${channel}", buildResult: 'SUCCESS', stageResult: 'SUCCESS') {
        body()
    }
}

/** Where the build still holds an agent, waiting for a second one could wait for ever. */
void onAgent(Closure body) {
    if (env.NODE_NAME) {
        body()
    } else {
        node('build') { body() }
    }
}

void postToSlack(String credential, String text) {
    writeJSON(file: 'slack-message.json', json: [text: text])
    withCredentials([string(credentialsId: credential, variable: 'MILLRACE_SLACK_URL')]) {
        // The address is a secret: curl reads it from standard input, so that no list of processes shows it.
        sh '''
            printf 'url = "%s"\\n' "$MILLRACE_SLACK_URL" |
                curl --config - --fail --silent --show-error --max-time 20 --output /dev/null \\
                     --header 'Content-Type: application/json' --data @slack-message.json
        '''
    }
}
