// Step of Millrace’s library, written by `millrace generate`; edits here are overwritten.
/** Carries out the plan's components with the given action: waves one after the other, each wave in parallel. */
void call(Map options) {
    List waves = planComponents.waves(options.action, options.except ?: [])
    for (int i = 0; i < waves.size(); i++) {
        Map branches = [:]
        for (int j = 0; j < waves[i].size(); j++) {
            String id = waves[i][j]
            branches[id] = {
                stage(id) {
                    applyComponent(
                        id: id,
                        label: options.label,
                        registry: options.registry,
                        reuse: options.reuse,
                        aws: options.aws
                    )
                }
            }
        }
        parallel(branches)
    }
}
