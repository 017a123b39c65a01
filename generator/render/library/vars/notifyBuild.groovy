import groovy.transform.Field

// What went wrong where, in the order in which it did; a message holds no more than the first few.
@Field List failures = []

/** Tells people how this build ended, and of what. A notifier that fails is logged and never fails the build. */
void call(Map options) {
    String subject = "${env.JOB_NAME} #${env.BUILD_NUMBER}: ${options.event}"
    String text = ([subject] + failures + ["${env.BUILD_URL}console"]).join('\n\n')
    if (options.mail) {
        attempt('mail') { mail(to: options.mail.join(', '), subject: subject, body: text) }
    }
    // A branch's own build could read the webhook's address and keep it.
    if (options.slack && millrace.delivers()) {
        attempt('Slack') { onAgent('build') { postToSlack(options.slack, text) } }
    }
}

/** Keeps what the CLI said of a failure, or else what Jenkins says, while the agent that has it is still there. */
void remember(String reason) {
    if (failures.size() >= 5) {
        return
    }
    attempt('message') {
        // A branch decides what is in that file: it is not read without an end.
        String said = sh(script: 'head -c 6000 "$MILLRACE_FAILURE" 2> /dev/null || true', returnStdout: true).trim()
        if (said || reason) {
            failures << "${env.STAGE_NAME ?: env.JOB_NAME}: ${said ?: reason}".toString()
        }
    }
}

/** The first line of what went wrong, or nothing. */
String firstFailure() {
    return failures ? failures[0].tokenize('\n')[0] : ''
}

void attempt(String channel, Closure body) {
    // catchError also catches what is no exception: a step whose plugin is missing.
    catchError(message: "Could not notify by ${channel}", buildResult: 'SUCCESS', stageResult: 'SUCCESS') {
        body()
    }
}

/** Where the build still holds an agent, waiting for a second one could last for ever; no message is worth that. */
void onAgent(String label, Closure body) {
    timeout(time: 5, unit: 'MINUTES') {
        if (env.WORKSPACE) {
            body()
        } else {
            node(label) { body() }
        }
    }
}

void postToSlack(String credential, String text) {
    // Slack reads commands such as <!channel> in what a log may say.
    String plain = text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')
    writeJSON(file: "${env.WORKSPACE_TMP}/slack-message.json", json: [text: plain])
    withCredentials([string(credentialsId: credential, variable: 'MILLRACE_SLACK_URL')]) {
        // The address is a secret: curl reads it from standard input, so that no list of processes shows it.
        sh '''
            printf 'url = "%s"\\n' "$MILLRACE_SLACK_URL" |
                curl --config - --fail --silent --show-error --max-time 20 --output /dev/null \\
                     --header 'Content-Type: application/json' --data "@$WORKSPACE_TMP/slack-message.json"
        '''
    }
}
