// Generated from project.yaml: edit that file and run `millrace generate`.
// Job DSL, run in the sandbox by jenkins/seed.Jenkinsfile.
// project.yaml names no `repository:`, so these jobs have no address to clone from yet.

folder('shop') {
    description('Everything of shop.')
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
                                    id('shop-library')
                                    remote('')
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

multibranchPipelineJob('shop/verify') {
    description('Plans, builds and tests every branch and pull request. Publishes and deploys nothing.')
    branchSources {
        branchSource {
            source {
                git {
                    id('shop-verify')
                    remote('')
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
folder('shop/deliver') {
    description('What runs for the trusted branch main, with its credentials and its deploy agents.')
}

pipelineJob('shop/deliver/deliver') {
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
                        url('')
                    }
                    branch('refs/heads/main')
                }
            }
            scriptPath('Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/prune') {
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
                        url('')
                    }
                    branch('refs/heads/main')
                }
            }
            scriptPath('jenkins/prune.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/refresh') {
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
                        url('')
                    }
                    branch('refs/heads/main')
                }
            }
            scriptPath('jenkins/refresh.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/rebuild') {
    description('Forces one component to be built again: proposes its new epoch on the branch millrace/rebuild.')
    logRotator {
        daysToKeep(30)
        numToKeep(50)
    }
    parameters {
        choiceParam('COMPONENT', [
            'image:api',
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
                        url('')
                    }
                    branch('refs/heads/main')
                }
            }
            scriptPath('jenkins/rebuild.Jenkinsfile')
            lightweight(true)
        }
    }
}

listView('shop/Overview') {
    description('All jobs of shop.')
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
