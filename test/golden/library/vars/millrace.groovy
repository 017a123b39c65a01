// Step of Millrace’s library, written by `millrace generate`; edits here are overwritten.
/** Runs the body in a fresh checkout on any agent with the label, told which role this job has. */
void call(Map options, Closure body) {
    node(options.label) {
        retry(2) { checkout scm }
        withEnv(["MILLRACE_ROLE=${role()}"]) { body() }
    }
}

/** `deliver` in the folder of the trusted branch, else `verify`: by where the job lies, not by what a branch says. */
String role() {
    return env.JOB_NAME.tokenize('/').find { it == 'verify' || it == 'deliver' } == 'deliver' ? 'deliver' : 'verify'
}

/** True for jobs that may publish and deploy. */
boolean delivers() {
    return role() == 'deliver'
}
