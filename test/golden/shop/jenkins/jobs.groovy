// Generated from project.yaml: edit that file and run `millrace generate`.
// Job DSL, run in the sandbox by jenkins/seed.Jenkinsfile.

folder('shop') {
    description('Everything of shop.')
    properties {
        folderLibraries {
            libraries {
                libraryConfiguration {
                    name('millrace')
                    defaultVersion('master')
                    implicit(false)
                    allowVersionOverride(false)
                    includeInChangesets(false)
                    retriever {
                        modernSCM {
                            scm {
                                git {
                                    id('shop-library')
                                    remote('https://github.com/acme/shop.git')
                                    credentialsId('github-app')
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
                github {
                    id('shop-verify')
                    configuredByUrl(true)
                    repositoryUrl('https://github.com/acme/shop')
                    repoOwner('acme')
                    repository('shop')
                    credentialsId('github-app')
                    traits {
                        gitHubBranchDiscovery {
                            strategyId(1)
                        }
                        gitHubPullRequestDiscovery {
                            strategyId(2)
                        }
                        gitHubForkDiscovery {
                            strategyId(2)
                            trust {
                                gitHubTrustNobody()
                            }
                        }
                        headWildcardFilter {
                            includes('*')
                            excludes('master')
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
    description('What runs for the trusted branch master, with its credentials and its deploy agents.')
}

pipelineJob('shop/deliver/deliver') {
    description('Publishes and deploys master: plans, builds what changed, deploys what differs, verifies.')
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
                githubPush()
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
                        url('https://github.com/acme/shop.git')
                        credentials('github-app')
                    }
                    branch('refs/heads/master')
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
        daysToKeep(14)
        numToKeep(20)
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
                    spec('H 4 * * 6')
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
            scriptPath('jenkins/prune.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/refresh') {
    description('Proposes newer images and plugins on a branch, and once a month newer machine images on another.')
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
                        url('https://github.com/acme/shop.git')
                        credentials('github-app')
                    }
                    branch('refs/heads/master')
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
        daysToKeep(14)
        numToKeep(20)
    }
    parameters {
        choiceParam('COMPONENT', [
            'image:api',
            'image:base',
            'image:cart',
            'image:catalogue',
            'image:mail',
            'image:node',
            'image:orders',
            'image:orders-worker',
            'image:payment',
            'image:recommendations',
            'image:search',
            'image:shipping',
            'image:users',
            'image:web',
            'ami:node',
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
                        url('https://github.com/acme/shop.git')
                        credentials('github-app')
                    }
                    branch('refs/heads/master')
                }
            }
            scriptPath('jenkins/rebuild.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/redeploy_infrastructure') {
    description('Destroys an infrastructure and deploys it again. Asks for the account.')
    logRotator {
        daysToKeep(14)
        numToKeep(20)
    }
    parameters {
        choiceParam('COMPONENT', [
            'infrastructure:cluster',
        ], 'What to destroy and deploy again.')
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
                        url('https://github.com/acme/shop.git')
                        credentials('github-app')
                    }
                    branch('refs/heads/master')
                }
            }
            scriptPath('jenkins/redeploy_infrastructure.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/destroy') {
    description('Destroys what is deployed. Asks for the account.')
    logRotator {
        daysToKeep(14)
        numToKeep(20)
    }
    parameters {
        choiceParam('COMPONENT', [
            'stack:shop',
            'infrastructure:cluster',
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
                        url('https://github.com/acme/shop.git')
                        credentials('github-app')
                    }
                    branch('refs/heads/master')
                }
            }
            scriptPath('jenkins/destroy.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/weekly-backup') {
    description('Backs up JENKINS_HOME.')
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
                    spec('H 2 * * 0')
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
            scriptPath('jenkins/weekly-backup.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/drift') {
    description('Fails when what runs differs from the branch.')
    disabled()
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
                    spec('H/30 * * * *')
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
            scriptPath('jenkins/drift.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/plan') {
    description('What a deploy would do now.')
    logRotator {
        daysToKeep(14)
        numToKeep(20)
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
                        url('https://github.com/acme/shop.git')
                        credentials('github-app')
                    }
                    branch('refs/heads/master')
                }
            }
            scriptPath('jenkins/plan.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('shop/deliver/load-test') {
    description('Buys articles until the shop is slow.\nIts report is kept.\n')
    logRotator {
        daysToKeep(14)
        numToKeep(20)
    }
    parameters {
        stringParam('VISITORS', '100', 'how many at once')
        choiceParam('TARGET', [
            'staging',
            'production',
        ], '')
        booleanParam('WARM_UP', true, 'fill the caches first')
        textParam('ARTICLES', 'shoes\nsocks\n', '')
    }
    properties {
        disableConcurrentBuilds {
            abortPrevious(false)
        }
        pipelineTriggers {
            triggers {
                cron {
                    spec('TZ=Europe/Berlin\nH 1 * * 1-5\n')
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
            scriptPath('jenkins/load-test.Jenkinsfile')
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
