// Generated from project.yaml: edit that file and run `millrace generate`.
// Job DSL, run in the sandbox by jenkins/seed.Jenkinsfile after jenkins/jobs.groovy.

// What the jobs of a template differ in, and below it what they share.
[
    ['shop/deliver/smoke-api-a', 'Is api alive in zone a?'],
    ['shop/deliver/smoke-api-b', 'Is api alive in zone b?'],
    ['shop/deliver/smoke-cart-a', 'Is cart alive in zone a?'],
    ['shop/deliver/smoke-cart-b', 'Is cart alive in zone b?'],
    ['shop/deliver/smoke-orders-a', 'Is orders alive in zone a?'],
    ['shop/deliver/smoke-orders-b', 'Is orders alive in zone b?'],
    ['shop/deliver/smoke-users-a', 'Is users alive in zone a?'],
    ['shop/deliver/smoke-users-b', 'Is users alive in zone b?'],
    ['shop/deliver/smoke-web-a', 'Is web alive in zone a?'],
    ['shop/deliver/smoke-web-b', 'Is web alive in zone b?'],
].each { job, about ->
    pipelineJob(job) {
        description(about)
        logRotator {
            daysToKeep(14)
            numToKeep(20)
        }
        properties {
            disableConcurrentBuilds {
                abortPrevious(false)
            }
            pipelineTriggers {
                triggers {
                    cron {
                        spec('H/15 * * * *')
                    }
                }
            }
        }
        definition {
            cpsScm {
                scm {
                    git {
                        remote {
                            url('https://github.com/acme/shop.git')
                            credentials('github-app')
                        }
                        branch('refs/heads/master')
                    }
                }
                scriptPath('jenkins/smoke.Jenkinsfile')
                lightweight(true)
            }
        }
    }
}
