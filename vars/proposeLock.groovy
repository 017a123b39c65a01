// Step of Millrace’s library, written by `millrace generate`; edits here are overwritten.
/** Commits what moved, the lock and other pins, to a branch and pushes it, so that it is reviewed like any change. */
void call(Map options) {
    // Files that git knows, and the lock, which may be new; what else lies in the workspace is nobody's change.
    sh 'git add --update && if [ -e project.lock.yaml ]; then git add -- project.lock.yaml; fi'
    if (sh(script: 'git diff --cached --quiet', returnStatus: true) == 0) {
        echo 'Nothing has moved.'
        return
    }
    withEnv(["MILLRACE_BRANCH=${options.branch}", "MILLRACE_MESSAGE=${options.message}"]) {
        sh 'git -c user.name=millrace -c user.email=millrace@localhost commit --quiet --message "$MILLRACE_MESSAGE"'
        withGit(options) {
            sh 'git push --quiet --force origin "HEAD:refs/heads/$MILLRACE_BRANCH"'
        }
    }
}
