def call(Map args) {
    List waves = readPlan.waves(args.action)
    for (int w = 0; w < waves.size(); w++) {
        Map branches = [:]
        waves[w].each { id -> branches[id] = { applyOne(id, args.label) } }
        parallel branches
    }
}
