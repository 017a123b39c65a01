// Step of Millrace’s library, written by `millrace generate`; edits here are overwritten.
/** Runs the body in the first build of a month (UTC) that succeeds: what one could not do, the next one does. */
void call(Closure body) {
    if (isDone()) {
        echo 'Done already this month.'
    } else {
        body()
    }
}

boolean isDone() {
    String sameMonth = '[ "$(date -u +%Y-%m)" = "$(date -u -d "@$((MILLRACE_LAST / 1000))" +%Y-%m)" ]'
    boolean done = false
    withEnv(["MILLRACE_LAST=${currentBuild.previousSuccessfulBuild?.timeInMillis ?: 0}"]) {
        done = sh(script: sameMonth, returnStatus: true) == 0
    }
    return done
}
