// Generated from project.yaml: edit that file and run `millrace generate`.
// Job DSL, run in the sandbox by jenkins/seed.Jenkinsfile.

folder('hostile') {
    description('Everything of hostile.')
    properties {
        folderLibraries {
            libraries {
                libraryConfiguration {
                    name('millrace')
                    defaultVersion('feature/HOME\'"`<>|&;(){}!@,ü🧨')
                    implicit(false)
                    allowVersionOverride(false)
                    includeInChangesets(false)
                    retriever {
                        modernSCM {
                            scm {
                                git {
                                    id('hostile-library')
                                    remote('https://git.example.com/a$b/it(s)/%27;&!.git')
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

multibranchPipelineJob('hostile/verify') {
    description('Plans, builds and tests every branch and pull request. Publishes and deploys nothing.')
    branchSources {
        branchSource {
            source {
                git {
                    id('hostile-verify')
                    remote('https://git.example.com/a$b/it(s)/%27;&!.git')
                    credentialsId('git')
                    traits {
                        gitBranchDiscovery()
                        headWildcardFilter {
                            includes('*')
                            excludes('feature/HOME\'"`<>|&;(){}!@,ü🧨')
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
folder('hostile/deliver') {
    description('What runs for the trusted branch feature/HOME\'"`<>|&;(){}!@,ü🧨, with its credentials and its deploy agents.')
}

pipelineJob('hostile/deliver/deliver') {
    description('Publishes and deploys feature/HOME\'"`<>|&;(){}!@,ü🧨: plans, builds what changed, deploys what differs, verifies.')
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
                        url('https://git.example.com/a$b/it(s)/%27;&!.git')
                        credentials('git')
                    }
                    branch('refs/heads/feature/HOME\'"`<>|&;(){}!@,ü🧨')
                }
            }
            scriptPath('Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/prune') {
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
                        url('https://git.example.com/a$b/it(s)/%27;&!.git')
                        credentials('git')
                    }
                    branch('refs/heads/feature/HOME\'"`<>|&;(){}!@,ü🧨')
                }
            }
            scriptPath('jenkins/prune.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/refresh') {
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
                        url('https://git.example.com/a$b/it(s)/%27;&!.git')
                        credentials('git')
                    }
                    branch('refs/heads/feature/HOME\'"`<>|&;(){}!@,ü🧨')
                }
            }
            scriptPath('jenkins/refresh.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/redeploy_infrastructure') {
    description('Destroys an infrastructure and deploys it again. Asks for the account.')
    logRotator {
        daysToKeep(30)
        numToKeep(50)
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
                        url('https://git.example.com/a$b/it(s)/%27;&!.git')
                        credentials('git')
                    }
                    branch('refs/heads/feature/HOME\'"`<>|&;(){}!@,ü🧨')
                }
            }
            scriptPath('jenkins/redeploy_infrastructure.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/destroy') {
    description('Destroys what is deployed. Asks for the account.')
    logRotator {
        daysToKeep(30)
        numToKeep(50)
    }
    parameters {
        choiceParam('COMPONENT', [
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
                        url('https://git.example.com/a$b/it(s)/%27;&!.git')
                        credentials('git')
                    }
                    branch('refs/heads/feature/HOME\'"`<>|&;(){}!@,ü🧨')
                }
            }
            scriptPath('jenkins/destroy.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/backup') {
    description('*/ pwned() /* \u2028pwned()\\u000apwned()\nit\'s two lines')
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
                        url('https://git.example.com/a$b/it(s)/%27;&!.git')
                        credentials('git')
                    }
                    branch('refs/heads/feature/HOME\'"`<>|&;(){}!@,ü🧨')
                }
            }
            scriptPath('jenkins/backup.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/drift') {
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
                        url('https://git.example.com/a$b/it(s)/%27;&!.git')
                        credentials('git')
                    }
                    branch('refs/heads/feature/HOME\'"`<>|&;(){}!@,ü🧨')
                }
            }
            scriptPath('jenkins/drift.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/it\'s (a) "job" {x}') {
    description('</script><script>alert(1)</script> & "quotes" \'and\' `backticks` ${params.X} $X')
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
                        url('https://git.example.com/a$b/it(s)/%27;&!.git')
                        credentials('git')
                    }
                    branch('refs/heads/feature/HOME\'"`<>|&;(){}!@,ü🧨')
                }
            }
            scriptPath('jenkins/it_s_a_job_x-2df9930eb13e.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/käse 🧨 日本語') {
    description('bidi \u202e\u2066 zero\u200bwidth \ufeff line\u2028separator tag \udb40\udc41 nul-like \\0 \\u0000')
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
                        url('https://git.example.com/a$b/it(s)/%27;&!.git')
                        credentials('git')
                    }
                    branch('refs/heads/feature/HOME\'"`<>|&;(){}!@,ü🧨')
                }
            }
            scriptPath('jenkins/k_se-c80232751c37.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/\') + pwned() + (\'') {
    description('\'); pwned(); (\'')
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
                        url('https://git.example.com/a$b/it(s)/%27;&!.git')
                        credentials('git')
                    }
                    branch('refs/heads/feature/HOME\'"`<>|&;(){}!@,ü🧨')
                }
            }
            scriptPath('jenkins/pwned-17dfc04f073e.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/~tilde `tick` = + , . -') {
    description('\\u0027); pwned(); (\\u0027 \\uuu0027 \\\\u000a trailing \\')
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
                        url('https://git.example.com/a$b/it(s)/%27;&!.git')
                        credentials('git')
                    }
                    branch('refs/heads/feature/HOME\'"`<>|&;(){}!@,ü🧨')
                }
            }
            scriptPath('jenkins/tilde_tick-495e5073319a.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/dots...in.the,middle, of a name that is longer than any file name of ours may be, and goes on for a while') {
    description('')
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
                        url('https://git.example.com/a$b/it(s)/%27;&!.git')
                        credentials('git')
                    }
                    branch('refs/heads/feature/HOME\'"`<>|&;(){}!@,ü🧨')
                }
            }
            scriptPath('jenkins/dots_in_the_middle_of_a_name_that_is_longer_than_any_file_na-0dbf4f20cda5.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/con') {
    description('')
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
                        url('https://git.example.com/a$b/it(s)/%27;&!.git')
                        credentials('git')
                    }
                    branch('refs/heads/feature/HOME\'"`<>|&;(){}!@,ü🧨')
                }
            }
            scriptPath('jenkins/con.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/.hidden') {
    description('')
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
                        url('https://git.example.com/a$b/it(s)/%27;&!.git')
                        credentials('git')
                    }
                    branch('refs/heads/feature/HOME\'"`<>|&;(){}!@,ü🧨')
                }
            }
            scriptPath('jenkins/hidden-1692419006a8.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/-rf') {
    description('')
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
                        url('https://git.example.com/a$b/it(s)/%27;&!.git')
                        credentials('git')
                    }
                    branch('refs/heads/feature/HOME\'"`<>|&;(){}!@,ü🧨')
                }
            }
            scriptPath('jenkins/rf-686c39acd632.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/texts') {
    description('first\nsecond\n\n\ttabbed\n}\npipelineJob(\'hostile/deliver/pwned\') {\n}\n')
    logRotator {
        daysToKeep(30)
        numToKeep(50)
    }
    parameters {
        stringParam('STRING', '${pwned()} \'); pwned(\'', '\'\'\'\n"""')
        textParam('TEXT', 'a\n  b\n\\\n\'\'\'\n', '$x')
        choiceParam('CHOICE', [
            '\'a\'',
            'b, c',
            ']',
            '${d}',
            ' ',
        ], '\\')
        booleanParam('FLAG', false, '\u202egalf')
    }
    properties {
        disableConcurrentBuilds {
            abortPrevious(false)
        }
        pipelineTriggers {
            triggers {
                cron {
                    spec('TZ=Europe/Berlin\n# \'); pwned(); (\' ${pwned()} \\u0027\nH 3 * * *')
                }
            }
        }
    }
    definition {
        cpsScm {
            scm {
                git {
                    remote {
                        url('https://git.example.com/a$b/it(s)/%27;&!.git')
                        credentials('git')
                    }
                    branch('refs/heads/feature/HOME\'"`<>|&;(){}!@,ü🧨')
                }
            }
            scriptPath('jenkins/texts.Jenkinsfile')
            lightweight(true)
        }
    }
}

listView('hostile/Overview') {
    description('All jobs of hostile.')
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
