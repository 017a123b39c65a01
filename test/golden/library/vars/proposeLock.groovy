// Step of Millrace’s library, written by `millrace generate`; edits here are overwritten.
/** Commits project.lock.yaml to a branch and pushes it, so that the change is reviewed and reverted like any other. */
void call(Map options) {
    if (sh(script: 'git add -- project.lock.yaml && git diff --cached --quiet', returnStatus: true) == 0) {
        echo 'project.lock.yaml is unchanged.'
        return
    }
    withEnv(["MILLRACE_BRANCH=${options.branch}", "MILLRACE_MESSAGE=${options.message}"]) {
        sh 'git -c user.name=millrace -c user.email=millrace@localhost commit --quiet --message "$MILLRACE_MESSAGE"'
        withGit(options) {
            sh 'git push --quiet --force origin "HEAD:refs/heads/$MILLRACE_BRANCH"'
        }
    }
}
