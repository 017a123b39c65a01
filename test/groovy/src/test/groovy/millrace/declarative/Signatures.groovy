package millrace.declarative

import org.codehaus.groovy.ast.expr.*

/**
 * Names and parameter types of what a Declarative file may call. Known from answers recorded from a real Jenkins
 * 2.541.3 and from the plugins' public step references; a call that is in no table here is not judged.
 */
class Signatures {
    private static final String UNIT = 'java.util.concurrent.TimeUnit:NANOSECONDS,MICROSECONDS,MILLISECONDS,SECONDS,MINUTES,HOURS,DAYS'
    private static final String HINT = 'org.jenkinsci.plugins.workflow.flow.FlowDurabilityHint:PERFORMANCE_OPTIMIZED,SURVIVABLE_NONATOMIC,MAX_SURVIVABILITY'
    static final List<String> TOOLS = ['dockerTool', 'git', 'jdk', 'jgit', 'jgitapache', 'maven']

    /** One call: types by parameter name, what must be there, which parameter a lone argument means. */
    static class Signature {
        Map<String, String> types
        List<String> required = []
        String sole
        boolean block = false
        boolean open = false

        void check(MethodCallExpression c, DeclarativeValidator v) {
            def named = Ast.named(c)
            def positional = Ast.positional(c)
            if (!open) {
                named.findAll { !types.containsKey(it.key) }.each { k, e ->
                    v.error("Invalid parameter \"$k\", expected one of ${types.keySet()}", e)
                }
            }
            named.each { k, e -> if (types[k]) checkType(k, types[k], e, v, true) }
            if (positional.size() == 1 && sole) checkType(sole, types[sole], positional[0], v, false)
            else if (!open && positional.size() > (sole ? 1 : 0)) v.error('Too many arguments', c)
            if (!positional) (required - named.keySet()).each { v.error("Missing required parameter: \"$it\"", c) }
        }

        private void checkType(String name, String type, Expression e, DeclarativeValidator v, boolean isNamed) {
            if (!(e instanceof ConstantExpression)) {
                if (e instanceof MethodCallExpression && CALLS.containsKey(e.methodAsString)) {
                    // Jenkins reports a wrong describable twice: as an argument and on its own.
                    CALLS[e.methodAsString].check(e, v)
                    CALLS[e.methodAsString].check(e, v)
                }
                return
            }
            def (String kind, String values) = type.contains(':') ? type.split(':') as List : [type, null]
            def value = e.value
            def fine = kind == 'any' || value == null || (values ? value in values.split(',') :
                kind == 'String' ? value instanceof String : kind == 'int' ? value instanceof Integer || value instanceof Long :
                value instanceof Boolean)
            if (fine) return
            def shown = [String: 'class java.lang.String', int: 'int', boolean: 'boolean'][kind] ?: "class $kind"
            v.error("Expecting \"$shown\"${isNamed ? " for parameter \"$name\"" : ''} but got \"$value\" of type " +
                "class ${value.class.name} instead", e)
        }
    }

    private static Signature of(Map options = [:], Map<String, String> types) { new Signature([types: types] + options) }

    private static final Signature FREE = of(open: true, [:])
    private static final Signature FREE_BLOCK = of(open: true, block: true, [:])
    private static final Signature TIMEOUT =
        of(required: ['time'], sole: 'time', block: true, [time: 'int', unit: UNIT, activity: 'boolean'])
    private static final Signature RETRY =
        of(required: ['count'], sole: 'count', block: true, [count: 'int', conditions: 'any'])

    static final Map<String, Signature> CALLS = [
        logRotator: of([numToKeepStr: 'String', daysToKeepStr: 'String', artifactNumToKeepStr: 'String',
                        artifactDaysToKeepStr: 'String', removeLastBuild: 'boolean'])]

    static final Map<String, Signature> STAGE_OPTIONS = [
        ansiColor: of(sole: 'colorMapName', [colorMapName: 'String']), catchError: FREE, lock: of(open: true, [:]),
        retry: RETRY, skipDefaultCheckout: of(sole: 'skip', [skip: 'boolean']), timeout: TIMEOUT, timestamps: of([:]),
        warnError: FREE, withEnv: FREE, withCredentials: FREE, ws: FREE]

    static final Map<String, Signature> OPTIONS = STAGE_OPTIONS + [
        buildDiscarder: of(required: ['strategy'], sole: 'strategy', [strategy: 'any']),
        checkoutToSubdirectory: of(sole: 'subdirectory', [subdirectory: 'String']),
        disableConcurrentBuilds: of([abortPrevious: 'boolean']), disableResume: of([:]),
        durabilityHint: of(required: ['hint'], sole: 'hint', [hint: HINT]), newContainerPerStage: of([:]),
        overrideIndexTriggers: of(sole: 'enableTriggers', [enableTriggers: 'boolean']),
        parallelsAlwaysFailFast: of([:]), preserveStashes: of([buildCount: 'int']),
        quietPeriod: of(sole: 'quietPeriod', [quietPeriod: 'int']), rateLimitBuilds: FREE,
        skipStagesAfterUnstable: of([:])]

    static final Map<String, Signature> TRIGGERS = [
        cron: of(required: ['spec'], sole: 'spec', [spec: 'String']),
        pollSCM: of(required: ['scmpoll_spec'], sole: 'scmpoll_spec', [scmpoll_spec: 'String', ignorePostCommitHooks: 'boolean']),
        upstream: of(sole: 'upstreamProjects', [upstreamProjects: 'String', threshold: 'any'])]

    private static Signature parameter(Map<String, String> types) { of([name: 'String', description: 'String'] + types) }

    static final Map<String, Signature> PARAMETERS = [
        booleanParam: parameter([defaultValue: 'any']), choice: parameter([choices: 'any']),
        credentials: parameter([credentialType: 'String', required: 'boolean', defaultValue: 'String']),
        file: parameter([:]), text: parameter([defaultValue: 'String', trim: 'boolean']),
        password: parameter([defaultValue: 'any', defaultValueAsSecret: 'any']),
        run: parameter([projectName: 'String', filter: 'any', runId: 'any']),
        string: parameter([defaultValue: 'String', trim: 'boolean'])]

    private static Signature pattern(String name) { of(sole: name, [(name): 'String', comparator: 'String', caseSensitive: 'boolean']) }

    static final Map<String, Signature> CONDITIONS = [
        branch: pattern('pattern'), tag: pattern('pattern'), changeset: pattern('pattern'), changelog: pattern('pattern'),
        buildingTag: of([:]), isRestartedRun: of([:]),
        environment: of(required: ['name', 'value'], [name: 'String', value: 'String', ignoreCase: 'boolean']),
        equals: of(required: ['expected', 'actual'], [expected: 'any', actual: 'any'])]

    static final Map<String, Signature> STEPS = [
        sh: of(required: ['script'], sole: 'script', [script: 'String', returnStdout: 'boolean', returnStatus: 'boolean', label: 'String', encoding: 'String']),
        echo: of(required: ['message'], sole: 'message', [message: 'String']),
        error: of(required: ['message'], sole: 'message', [message: 'String']),
        unstable: of(required: ['message'], sole: 'message', [message: 'String']),
        stash: of(required: ['name'], sole: 'name', [name: 'String', includes: 'String', excludes: 'String', allowEmpty: 'boolean', useDefaultExcludes: 'boolean']),
        unstash: of(required: ['name'], sole: 'name', [name: 'String']),
        sleep: of(required: ['time'], sole: 'time', [time: 'int', unit: UNIT]),
        timeout: TIMEOUT, retry: RETRY, dir: FREE_BLOCK, lock: FREE_BLOCK, node: FREE_BLOCK, ws: FREE_BLOCK,
        catchError: of(block: true, [message: 'String', buildResult: 'String', stageResult: 'String', catchInterruptions: 'boolean']),
        warnError: of(block: true, required: ['message'], sole: 'message', [message: 'String', catchInterruptions: 'boolean']),
        withEnv: of(block: true, required: ['overrides'], sole: 'overrides', [overrides: 'any']),
        withCredentials: of(block: true, required: ['bindings'], sole: 'bindings', [bindings: 'any']),
        timestamps: of(block: true, [:]), ansiColor: of(block: true, sole: 'colorMapName', [colorMapName: 'String']),
        deleteDir: of([:]), cleanWs: FREE,
        readFile: of(required: ['file'], sole: 'file', [file: 'String', encoding: 'String']),
        fileExists: of(required: ['file'], sole: 'file', [file: 'String']),
        writeFile: of(required: ['file', 'text'], [file: 'String', text: 'String', encoding: 'String']),
        archiveArtifacts: of(required: ['artifacts'], sole: 'artifacts', [artifacts: 'String', excludes: 'String',
            allowEmptyArchive: 'boolean', fingerprint: 'boolean', onlyIfSuccessful: 'boolean',
            defaultExcludes: 'boolean', caseSensitive: 'boolean', followSymlinks: 'boolean']),
        junit: of(required: ['testResults'], sole: 'testResults', open: true, [testResults: 'String', allowEmptyResults: 'boolean'])]
}
