import com.cloudbees.groovy.cps.NonCPS
import groovy.transform.Field

// Made once a build; every later stage reads it, none plans again.
@Field Map plan = null

/** Plans this commit, stashes the plan for the agents that carry it out, and says what is kept and why. */
void call(Map options = [:]) {
    // Only deploy agents can see what runs; a branch's build plans images and AMIs.
    millrace(label: millrace.delivers() ? 'deploy' : 'build', aws: options.aws) {
        sh 'millrace plan --json > plan.json'
        plan = readJSON(file: 'plan.json', returnPojo: true)
        stash(name: 'millrace-plan', includes: 'plan.json')
    }
    echo describe(plan.components)
}

/** True where the plan holds a component with this action. */
boolean has(String action) {
    if (plan == null) {
        error 'This build has no plan, as where it was restarted from a later stage: start it anew.'
    }
    return plan.components.any { it.action == action }
}

/** Those of the ids whose component has this action. */
List having(String action, List ids) {
    return ids.findAll { id -> plan.components.any { it.id == id && it.action == action } }
}

/** Ids of the components with this action in waves, each after what it needs; removals go the other way round. */
List waves(String action, List except = []) {
    List waves = sortIntoWaves(plan.components.findAll { !except.contains(it.id) }, action)
    return action == 'remove' ? waves.reverse() : waves
}

// Code outside CPS does not see a field that code under CPS has set: it gets the plan's components as an argument.
@NonCPS
List sortIntoWaves(List components, String action) {
    List waves = []
    List pending = components
    while (pending) {
        Map waiting = pending.collectEntries { [(it.id): true] }
        List ready = pending.findAll { one -> !one.dependsOn.any { waiting[it] } } ?: pending
        // What the plan does not touch is there already and makes no wave of its own.
        List untouched = ready.findAll { it.action != action }
        Map passed = (untouched ?: ready).collectEntries { [(it.id): true] }
        if (!untouched) {
            waves << ready.collect { it.id }
        }
        pending = pending.findAll { !passed[it.id] }
    }
    return waves
}

@NonCPS
String describe(List components) {
    List kept = components.findAll { it.action == 'keep' }.collect { "  ${it.id}: ${it.reason}" }
    Map counts = components.countBy { it.action }
    String summary = counts.collect { action, count -> "${count} ${action}" }.join(', ')
    return "Plan: ${summary ?: 'no components'}${kept ? '\nKept:\n' : ''}${kept.join('\n')}"
}
