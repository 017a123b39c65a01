def call(String id, String label) {
    stage(id) {
        node(label) {
            unstash 'plan'
            withEnv(["COMPONENT=${id}"]) {
                sh 'millrace apply --plan plan.json --only "$COMPONENT"'
            }
        }
    }
}
