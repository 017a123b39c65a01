// Step of Millrace’s library, written by `millrace generate`; edits here are overwritten.
import groovy.transform.Field

// The commit of this build: found by its first checkout, so that a push meanwhile changes nothing.
@Field String commit = null

/**
 * Runs the body in a checkout of this build's commit on any agent with the label, told which role this job has;
 * with the access key `aws`, where this job delivers.
 */
void call(Map options, Closure body) {
    node(options.label) {
        // Where the CLI leaves what went wrong: beside the workspace, which stays as it was committed.
        withEnv(["MILLRACE_ROLE=${role()}", "MILLRACE_FAILURE=${env.WORKSPACE_TMP}/failure-${env.BUILD_NUMBER}.txt"]) {
            try {
                retry(2) { checkoutCommit() }
                withAws(credential: options.aws) { body() }
            } catch (error) {
                notifyBuild.remember(error.message)
                throw error
            }
        }
    }
}

void checkoutCommit() {
    String head = checkout(scm)?.GIT_COMMIT
    commit = commit ?: head
    if (commit && commit != head) {
        withEnv(["MILLRACE_COMMIT=${commit}"]) { sh 'git checkout --quiet --detach "$MILLRACE_COMMIT"' }
    }
}

/** The commit of this build; null before its first checkout. */
String builtCommit() {
    return commit
}

/** `deliver` in the folder of the trusted branch, else `verify`: by where the job lies, not by what a branch says. */
String role() {
    return env.JOB_NAME.tokenize('/').find { it == 'verify' || it == 'deliver' } == 'deliver' ? 'deliver' : 'verify'
}

/** True for jobs that may publish and deploy. */
boolean delivers() {
    return role() == 'deliver'
}
