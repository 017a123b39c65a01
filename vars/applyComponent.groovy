// Step of Millrace’s library, written by `millrace generate`; edits here are overwritten.
/** Carries out the stashed plan for one component, on any agent with the label. */
void call(Map options) {
    millrace(label: options.label, aws: options.aws) {
        unstash 'millrace-plan'
        withRegistry(credential: options.registry, reuse: options.reuse) {
            withEnv(["MILLRACE_COMPONENT=${options.id}"]) {
                sh 'millrace apply --plan plan.json --only "$MILLRACE_COMPONENT"'
            }
        }
    }
}
