import groovy.transform.Field

@Field Map plan = [:]

def call(Map args = [:]) {
    node(args.label ?: 'build') {
        sh 'millrace plan --json > plan.json'
        plan = readJSON(file: 'plan.json', returnPojo: true)
        stash name: 'plan', includes: 'plan.json'
    }
}

boolean has(String action) {
    plan.components.any { it.action == action }
}

List waves(String action) {
    List left = plan.components.findAll { it.action == action }
    List found = []
    while (left) {
        List ids = left.collect { it.id }
        List ready = left.findAll { c -> !c.dependsOn.any { d -> ids.contains(d) } }
        if (!ready) { error 'the plan has a cycle' }
        found << ready.collect { it.id }
        left = left.findAll { !ready.contains(it) }
    }
    return found
}
