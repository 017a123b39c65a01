/**
 * Hands what carries this Jenkins to a job outside of it, which deploys it once this build has ended: no pipeline
 * survives that. All of it at once, so that Jenkins is away once. The next build says how it went.
 */
void call(Map options) {
    List ids = planComponents.having('deploy', options.components)
    if (!ids) {
        return
    }
    stage('Hand over') {
        millrace(label: options.label, aws: options.aws) {
            unstash 'millrace-plan'
            withRegistry(credential: options.registry) {
                withEnv(["MILLRACE_COMPONENTS=${ids.join(' ')}"]) {
                    // Without quotes: an id holds no blank, and each is a word of its own.
                    sh 'millrace apply --plan plan.json --only $MILLRACE_COMPONENTS'
                }
            }
        }
    }
}
