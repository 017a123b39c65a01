// Generated from project.yaml: edit that file and run `millrace generate`.
// Job DSL, run in the sandbox by jenkins/seed.Jenkinsfile.

folder('millrace') {
    description('Everything of millrace.')
    properties {
        folderLibraries {
            libraries {
                libraryConfiguration {
                    name('millrace')
                    defaultVersion('main')
                    implicit(false)
                    allowVersionOverride(false)
                    includeInChangesets(false)
                    retriever {
                        modernSCM {
                            scm {
                                git {
                                    id('millrace-library')
                                    remote('https://git.example.com/millrace/millrace.git')
                                    credentialsId('git')
                                    traits {
                                        gitBranchDiscovery()
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

multibranchPipelineJob('millrace/verify') {
    description('Plans, builds and tests every branch and pull request. Publishes and deploys nothing.')
    branchSources {
        branchSource {
            source {
                git {
                    id('millrace-verify')
                    remote('https://git.example.com/millrace/millrace.git')
                    credentialsId('git')
                    traits {
                        gitBranchDiscovery()
                        headWildcardFilter {
                            includes('*')
                            excludes('main')
                        }
                    }
                }
            }
        }
    }
    factory {
        workflowBranchProjectFactory {
            scriptPath('Jenkinsfile')
        }
    }
    orphanedItemStrategy {
        discardOldItems {
            daysToKeep(14)
            numToKeep(20)
        }
    }
    // The fallback where no webhook reaches this Jenkins.
    triggers {
        periodicFolderTrigger {
            interval('15m')
        }
    }
}

// What may publish and deploy: the deploy agents and their credentials are for the jobs of this folder only.
folder('millrace/deliver') {
    description('What runs for the trusted branch main, with its credentials and its deploy agents.')
}

pipelineJob('millrace/deliver/deliver') {
    description('Publishes and deploys main: plans, builds what changed, deploys what differs, verifies.')
    logRotator {
        daysToKeep(30)
        numToKeep(50)
    }
    properties {
        disableConcurrentBuilds {
            abortPrevious(false)
        }
        pipelineTriggers {
            triggers {
                pollSCM {
                    scmpoll_spec('H/5 * * * *')
                }
            }
        }
    }
    definition {
        cpsScm {
            scm {
                git {
                    remote {
                        url('https://git.example.com/millrace/millrace.git')
                        credentials('git')
                    }
                    branch('refs/heads/main')
                }
            }
            scriptPath('Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('millrace/deliver/prune') {
    description('Frees what no running, previous or recent version needs: on the nodes, in the registry and on AWS.')
    logRotator {
        daysToKeep(30)
        numToKeep(50)
    }
    parameters {
        booleanParam('DRY_RUN', false, 'Only say what would be freed.')
    }
    properties {
        disableConcurrentBuilds {
            abortPrevious(false)
        }
        pipelineTriggers {
            triggers {
                cron {
                    spec('H 3 * * *')
                }
            }
        }
    }
    definition {
        cpsScm {
            scm {
                git {
                    remote {
                        url('https://git.example.com/millrace/millrace.git')
                        credentials('git')
                    }
                    branch('refs/heads/main')
                }
            }
            scriptPath('jenkins/prune.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('millrace/deliver/refresh') {
    description('Proposes newer images and plugins on a branch, and once a month newer machine images on another.')
    logRotator {
        daysToKeep(30)
        numToKeep(50)
    }
    properties {
        disableConcurrentBuilds {
            abortPrevious(false)
        }
        pipelineTriggers {
            triggers {
                cron {
                    spec('H 4 * * 1')
                }
            }
        }
    }
    definition {
        cpsScm {
            scm {
                git {
                    remote {
                        url('https://git.example.com/millrace/millrace.git')
                        credentials('git')
                    }
                    branch('refs/heads/main')
                }
            }
            scriptPath('jenkins/refresh.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('millrace/deliver/rebuild') {
    description('Forces one component to be built again: proposes its new epoch on the branch millrace/rebuild.')
    logRotator {
        daysToKeep(30)
        numToKeep(50)
    }
    parameters {
        choiceParam('COMPONENT', [
            'image:jenkins-agent',
            'image:jenkins-controller',
            'image:jenkins-standalone',
            'ami:cluster-node',
        ], 'What to build again.')
    }
    properties {
        disableConcurrentBuilds {
            abortPrevious(false)
        }
    }
    definition {
        cpsScm {
            scm {
                git {
                    remote {
                        url('https://git.example.com/millrace/millrace.git')
                        credentials('git')
                    }
                    branch('refs/heads/main')
                }
            }
            scriptPath('jenkins/rebuild.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('millrace/deliver/redeploy_infrastructure') {
    description('Destroys an infrastructure and deploys it again. Asks for the account.')
    logRotator {
        daysToKeep(30)
        numToKeep(50)
    }
    properties {
        disableConcurrentBuilds {
            abortPrevious(false)
        }
    }
    definition {
        cpsScm {
            scm {
                git {
                    remote {
                        url('https://git.example.com/millrace/millrace.git')
                        credentials('git')
                    }
                    branch('refs/heads/main')
                }
            }
            scriptPath('jenkins/redeploy_infrastructure.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('millrace/deliver/destroy') {
    description('Destroys what is deployed. Asks for the account.')
    logRotator {
        daysToKeep(30)
        numToKeep(50)
    }
    parameters {
        choiceParam('COMPONENT', [
            'stack:edge',
            'stack:registry',
        ], 'What to destroy.')
    }
    properties {
        disableConcurrentBuilds {
            abortPrevious(false)
        }
    }
    definition {
        cpsScm {
            scm {
                git {
                    remote {
                        url('https://git.example.com/millrace/millrace.git')
                        credentials('git')
                    }
                    branch('refs/heads/main')
                }
            }
            scriptPath('jenkins/destroy.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('millrace/deliver/backup') {
    description('Backs up JENKINS_HOME.')
    logRotator {
        daysToKeep(30)
        numToKeep(50)
    }
    properties {
        disableConcurrentBuilds {
            abortPrevious(false)
        }
        pipelineTriggers {
            triggers {
                cron {
                    spec('H 2 * * *')
                }
            }
        }
    }
    definition {
        cpsScm {
            scm {
                git {
                    remote {
                        url('https://git.example.com/millrace/millrace.git')
                        credentials('git')
                    }
                    branch('refs/heads/main')
                }
            }
            scriptPath('jenkins/backup.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('millrace/deliver/drift') {
    description('Fails when what runs differs from the branch.')
    logRotator {
        daysToKeep(30)
        numToKeep(50)
    }
    properties {
        disableConcurrentBuilds {
            abortPrevious(false)
        }
        pipelineTriggers {
            triggers {
                cron {
                    spec('H 5 * * *')
                }
            }
        }
    }
    definition {
        cpsScm {
            scm {
                git {
                    remote {
                        url('https://git.example.com/millrace/millrace.git')
                        credentials('git')
                    }
                    branch('refs/heads/main')
                }
            }
            scriptPath('jenkins/drift.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('millrace/deliver/nightly') {
    description('All checks of this repository, once a night.')
    logRotator {
        daysToKeep(30)
        numToKeep(50)
    }
    properties {
        disableConcurrentBuilds {
            abortPrevious(false)
        }
        pipelineTriggers {
            triggers {
                cron {
                    spec('H 1 * * *')
                }
            }
        }
    }
    definition {
        cpsScm {
            scm {
                git {
                    remote {
                        url('https://git.example.com/millrace/millrace.git')
                        credentials('git')
                    }
                    branch('refs/heads/main')
                }
            }
            scriptPath('jenkins/nightly.Jenkinsfile')
            lightweight(true)
        }
    }
}

listView('millrace/Overview') {
    description('All jobs of millrace.')
    recurse()
    jobs {
        regex('.*')
    }
    columns {
        status()
        weather()
        name()
        lastSuccess()
        lastFailure()
        lastDuration()
        buildButton()
    }
}
