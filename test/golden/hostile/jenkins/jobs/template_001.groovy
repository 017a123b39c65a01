// Generated from project.yaml: edit that file and run `millrace generate`.
// Job DSL, run in the sandbox by jenkins/seed.Jenkinsfile after jenkins/jobs.groovy.

pipelineJob('hostile/deliver/made-\'1\'-{n}') {
    description('1 {n} \'); pwned(\' {unknown} {1}')
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
            scriptPath('jenkins/template/made-_1_-_n-41ee1dc987fc.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/made-\'1\'-a (b)') {
    description('1 a (b) \'); pwned(\' {unknown} {1}')
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
            scriptPath('jenkins/template/made-_1_-a_b-1a2365bc325a.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/made-\'2\'-{n}') {
    description('2 {n} \'); pwned(\' {unknown} {2}')
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
            scriptPath('jenkins/template/made-_2_-_n-64761571c224.Jenkinsfile')
            lightweight(true)
        }
    }
}

pipelineJob('hostile/deliver/made-\'2\'-a (b)') {
    description('2 a (b) \'); pwned(\' {unknown} {2}')
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
            scriptPath('jenkins/template/made-_2_-a_b-65908e609adc.Jenkinsfile')
            lightweight(true)
        }
    }
}
