// Generated from project.yaml: edit that file and run `millrace generate`.
// Job DSL, run in the sandbox by jenkins/seed.Jenkinsfile after jenkins/jobs.groovy.

pipelineJob('shop/deliver/smoke-api-a') {
    description('Is api alive in zone a?')
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
            scriptPath('jenkins/smoke/smoke-api-a.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/smoke-api-b') {
    description('Is api alive in zone b?')
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
            scriptPath('jenkins/smoke/smoke-api-b.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/smoke-cart-a') {
    description('Is cart alive in zone a?')
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
            scriptPath('jenkins/smoke/smoke-cart-a.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/smoke-cart-b') {
    description('Is cart alive in zone b?')
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
            scriptPath('jenkins/smoke/smoke-cart-b.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/smoke-orders-a') {
    description('Is orders alive in zone a?')
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
            scriptPath('jenkins/smoke/smoke-orders-a.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/smoke-orders-b') {
    description('Is orders alive in zone b?')
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
            scriptPath('jenkins/smoke/smoke-orders-b.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/smoke-users-a') {
    description('Is users alive in zone a?')
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
            scriptPath('jenkins/smoke/smoke-users-a.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/smoke-users-b') {
    description('Is users alive in zone b?')
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
            scriptPath('jenkins/smoke/smoke-users-b.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/smoke-web-a') {
    description('Is web alive in zone a?')
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
            scriptPath('jenkins/smoke/smoke-web-a.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/smoke-web-b') {
    description('Is web alive in zone b?')
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
            scriptPath('jenkins/smoke/smoke-web-b.Jenkinsfile')
            lightweight(true)
        }
    }
}
