package millrace.sandbox

import millrace.declarative.Ast
import org.codehaus.groovy.ast.CodeVisitorSupport
import org.codehaus.groovy.ast.expr.Expression
import org.codehaus.groovy.ast.expr.MethodCallExpression

/**
 * Which method may stand in which block of a Job DSL script. Learned from scripts that a real Jenkins 2.541.3
 * accepted in its sandbox, and from the additions below, each with the place it is known from.
 */
class JobDslVocabulary {
    /** Block -> methods ('' is the script itself). */
    static final Map<String, List<String>> ADDITIONS = [
        // Traits of SCM sources: headWildcardFilter keeps the trusted branch out (recorded: "headWildcardFilter
        // keeps the trusted branch out of verify"); the others from the git and github-branch-source plugins'
        // data-bound symbols, as the Job DSL API viewer lists them.
        traits: ['headWildcardFilter', 'headRegexFilter', 'gitTagDiscovery', 'cleanBeforeCheckout', 'cloneOption',
                 'gitHubBranchDiscovery', 'gitHubPullRequestDiscovery', 'gitHubForkDiscovery', 'gitHubTagDiscovery',
                 'localBranch', 'pruneStaleBranch'],
        headWildcardFilter: ['includes', 'excludes'],
        headRegexFilter: ['regex'],
        gitHubBranchDiscovery: ['strategyId'], gitHubPullRequestDiscovery: ['strategyId'],
        gitHubForkDiscovery: ['strategyId', 'trust'],
        trust: ['gitHubTrustPermissions', 'gitHubTrustNobody', 'gitHubTrustContributors'],
        source: ['github'], scm: ['github', 'git'],
        github: ['id', 'repoOwner', 'repository', 'repositoryUrl', 'configuredByUrl', 'credentialsId', 'apiUri', 'traits'],
        git: ['credentialsId', 'traits', 'id', 'remote', 'branch', 'branches', 'extensions', 'browser'],
        // The library plugin's LibraryConfiguration: recorded as defaultVersion and allowVersionOverride in JCasC.
        libraryConfiguration: ['allowVersionOverride', 'includeInChangesets', 'implicit', 'cachingConfiguration'],
        // authorize-project: the recorded seed needs the property that names its user.
        properties: ['authorizeProjectProperty', 'githubProjectProperty', 'disableResume', 'rateLimitBuilds',
                     'pipelineTriggers', 'disableConcurrentBuilds', 'folderCredentialsProperty', 'folderLibraries'],
        authorizeProjectProperty: ['strategy'],
        strategy: ['specificUsersAuthorizationStrategy', 'triggeringUsersAuthorizationStrategy'],
        specificUsersAuthorizationStrategy: ['userid', 'dontRestrictJobConfiguration'],
        // Triggers: pollSCM with scmpoll_spec is recorded; githubPush from the github plugin's symbol.
        triggers: ['githubPush', 'cron', 'pollSCM', 'scm', 'periodicFolderTrigger'],
        pollSCM: ['scmpoll_spec', 'ignorePostCommitHooks'],
        cron: ['spec'],
        // Job DSL's core reference: parameters, logRotator, folder, listView, multibranch.
        parameters: ['stringParam', 'booleanParam', 'choiceParam', 'textParam', 'nonStoredPasswordParam', 'credentialsParam'],
        credentialsParam: ['type', 'description', 'required', 'defaultValue'],
        logRotator: ['numToKeep', 'daysToKeep', 'artifactNumToKeep', 'artifactDaysToKeep'],
        multibranchPipelineJob: ['displayName', 'description', 'branchSources', 'orphanedItemStrategy', 'factory',
                                 'triggers', 'properties', 'primaryView'],
        folder: ['displayName', 'description', 'properties', 'primaryView'],
        pipelineJob: ['displayName', 'description', 'logRotator', 'properties', 'parameters', 'definition', 'disabled',
                      'quietPeriod', 'keepDependencies', 'environmentVariables', 'triggers', 'authenticationToken'],
        listView: ['description', 'jobs', 'columns', 'recurse', 'filterBuildQueue', 'filterExecutors', 'statusFilter'],
        jobs: ['name', 'names', 'regex'],
        columns: ['status', 'weather', 'name', 'lastSuccess', 'lastFailure', 'lastDuration', 'buildButton'],
        branchSource: ['source', 'buildStrategies', 'strategy'],
    ]

    final Map<String, Set<String>> allowed = [:].withDefault { [] as Set }

    static JobDslVocabulary learn(Collection<String> accepted) {
        def v = new JobDslVocabulary()
        ADDITIONS.each { block, names -> v.allowed[block].addAll(names) }
        accepted.each { source -> walk(source) { String block, MethodCallExpression c -> v.allowed[block] << c.methodAsString } }
        return v
    }

    /** Calls `visit(enclosing block, call)` for every call on the script or on a block. */
    static void walk(String source, Closure visit) {
        Ast.parse(source).statementBlock.visit(new Walk(visit: visit))
    }

    private static class Walk extends CodeVisitorSupport {
        Closure visit
        List<String> blocks = ['']

        @Override
        void visitMethodCallExpression(MethodCallExpression c) {
            if (!c.implicitThis) {
                // A loop's body belongs to the block around it.
                super.visitMethodCallExpression(c)
                return
            }
            visit.call(blocks.last(), c)
            for (Expression e : Ast.plainArgs(c)) e.visit(this)
            blocks << c.methodAsString
            Ast.block(c)?.code?.visit(this)
            blocks.remove(blocks.size() - 1)
        }
    }
}
